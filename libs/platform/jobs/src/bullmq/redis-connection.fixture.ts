// What the specs of the connection share.
import { RefusalError } from '#kernel';
import { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectToRedis, type RedisConnection, type RedisConnectionOptions } from './redis-connection.js';

export const DEADLINE = 600;
const opened: { close(): Promise<void> | void }[] = [];
export async function closeOpened(): Promise<void> {
  for (const one of opened.splice(0).reverse()) await one.close();
}

export async function connect(
  url: string,
  options: Partial<RedisConnectionOptions> = {},
): Promise<RedisConnection> {
  const connection = await connectToRedis({ url, deadlineMilliseconds: DEADLINE, ...options });
  opened.push(connection);
  return connection;
}

/** A client that does to the server what the connection must live with. */
export function adminOf(url: string): Redis {
  const admin = new Redis(url, { lazyConnect: true, disconnectTimeout: 100 });
  opened.push({ close: () => admin.disconnect() });
  return admin;
}

export async function refusalOf(work: Promise<unknown>): Promise<RefusalError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof RefusalError) return error;
  throw new Error('this should have been refused', { cause: error });
}

/** How long something that must be over in time took, in milliseconds. */
export async function timed(work: Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work;
  return performance.now() - began;
}

export async function eventually(works: () => Promise<unknown>, milliseconds = 10_000): Promise<void> {
  const until = performance.now() + milliseconds;
  for (;;) {
    try {
      await works();
      return;
    } catch (error) {
      if (performance.now() > until) throw error;
      await sleep(50);
    }
  }
}
