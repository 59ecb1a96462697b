import type { Queue } from 'bullmq';
import { DEFAULT_PREFIX } from './open.js';

export interface BullQueuesOptions {
  readonly url: string;
  /** What the jobs were opened with. */
  readonly prefix?: string;
  /** Each is a queue. */
  readonly kinds: readonly string[];
}

/** BullMQ's own view of the jobs, to be looked at and never to be written through: our state stands beside it. */
export interface BullQueues {
  readonly queues: readonly Queue[];
  /** @throws RefusalError Redis does not answer, or may not be used */
  requireRedis(): Promise<void>;
  close(): Promise<void>;
}

/**
 * On a connection of its own; each command has a deadline. Writes nothing, not even that it was there.
 * @throws RefusalError as `openBullJobStore`
 */
export async function openBullQueues(options: BullQueuesOptions): Promise<BullQueues> {
  const [{ Queue: BullQueue }, { connectToRedis }, { queuePrefix }] = await Promise.all([
    import('bullmq'),
    import('./redis-connection.js'),
    import('./scripts.js'),
  ]);
  const { url, prefix = DEFAULT_PREFIX, kinds } = options;
  // That nothing is appended is said by who opened the jobs.
  const connection = await connectToRedis({ url });
  const queues = [...new Set(kinds)].sort().map((kind) => {
    const queue = new BullQueue(kind, {
      prefix: queuePrefix(prefix),
      connection: connection.redis,
      skipMetasUpdate: true,
    });
    // Each error of the connection comes here as often as there are queues; who looks is told by `requireRedis`.
    return queue.on('error', () => undefined);
  });
  return {
    queues,
    requireRedis: async () => {
      await connection.run((redis) => redis.ping(), 'read');
    },
    close: async () => {
      await Promise.allSettled(queues.map((queue) => queue.close()));
      await connection.close();
    },
  };
}
