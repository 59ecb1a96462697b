import { createHash } from 'node:crypto';
import { JOB_SCRIPTS } from './lua/job-scripts.js';
import { PROGRESS_SCRIPTS } from './lua/progress-scripts.js';
import type { RedisConnection } from './redis-connection.js';

const ALL = { ...JOB_SCRIPTS, ...PROGRESS_SCRIPTS };
export type ScriptName = keyof typeof ALL;

const SCRIPTS = new Map(
  Object.entries(ALL).map(([name, lua]) => [
    name,
    { lua, sha: createHash('sha1').update(lua).digest('hex') },
  ]),
);
const READING = new Set<ScriptName>(['get', 'list', 'nextDue', 'policyCheckpoint']);

/** Runs our scripts where their keys are. Redis keeps a script by its hash until it is started anew. */
export class Scripts {
  private readonly keys: readonly [own: string, bull: string];

  constructor(
    private readonly connection: RedisConnection,
    prefix: string,
  ) {
    this.keys = [`${prefix}:store`, queuePrefix(prefix)];
  }

  /** @param args what the script finds as `a`; a field that is undefined is nil there */
  async run(name: ScriptName, args: object): Promise<unknown> {
    const { lua, sha } = SCRIPTS.get(name)!;
    const json = JSON.stringify(args);
    return this.connection.run(
      async (redis) => {
        try {
          return await redis.evalsha(sha, 2, ...this.keys, json);
        } catch (error) {
          if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
          return redis.eval(lua, 2, ...this.keys, json);
        }
      },
      READING.has(name) ? 'read' : 'write',
    );
  }
}

/** What BullMQ's queues are opened with. */
export function queuePrefix(prefix: string): string {
  return `${prefix}:queues`;
}
