import { refusal, RefusalError, type JsonObject } from '#kernel';
import type { Redis } from 'ioredis';
import { badUrl, type RedisAddress } from './redis-url.js';
import { refusedWith } from './redis-connection-failures.js';

/** BullMQ runs on 5.0, but is "fully compliant" with (and tested on) this one or newer, and warns of others. */
const OLDEST = { major: 6, minor: 2 };

/**
 * Makes sure that the server on the other end is one to which jobs can be entrusted.
 * @returns what somebody should know although it can be used; `undefined`: nothing
 * @throws RefusalError `STORE.BAD_URL`, `STORE.ACCESS_DENIED`, `STORE.UNAVAILABLE`, `STORE.UNSUPPORTED_SERVER`,
 *   `STORE.IS_A_CLUSTER`, `STORE.IS_A_REPLICA`, `JOBS.MAY_EVICT`; as it is what the connection throws
 */
export async function checkServer(
  redis: Redis,
  { db, name }: RedisAddress,
): Promise<'appends-nothing' | undefined> {
  const info = fieldsOf(await redis.info());
  if (info['loading'] === '1') throw refusedWith('LOADING', name);
  refuseOld(info, name);
  refuseCluster(info, name);
  refuseReplica(info, name);
  refuseEvicting(info, name);
  try {
    // The client goes on in database 0 when there is none of this number.
    await redis.select(db);
  } catch (error) {
    if (error instanceof Error && error.message.includes('out of range')) {
      throw badUrl(`Redis at ${name} has no database ${db}`);
    }
    throw error;
  }
  return info['aof_enabled'] === '1' ? undefined : 'appends-nothing';
}

export function withoutAof(name: string): string {
  return (
    `Redis at ${name} does not append to a file: when it stops, jobs acknowledged since its last snapshot are lost. ` +
    'Policies make theirs again from the events; what people and schedules asked for does not come back. ' +
    'Mend it with `CONFIG SET appendonly yes`, and `appendonly yes` in redis.conf'
  );
}

type Info = Readonly<Record<string, string>>;

function fieldsOf(text: string): Info {
  return Object.fromEntries(
    text
      .split(/\r?\n/)
      .filter((line) => line.includes(':') && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  );
}

function refuseOld(info: Info, name: string): void {
  const version = info['redis_version'] ?? 'unknown';
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  const isEnough =
    Number(major) > OLDEST.major || (Number(major) === OLDEST.major && Number(minor) >= OLDEST.minor);
  if (isEnough) return;
  throw refused('STORE.UNSUPPORTED_SERVER', `is version ${version}; Redis 6.2 or newer is needed`, name, {
    version,
  });
}

function refuseCluster(info: Info, name: string): void {
  if (info['cluster_enabled'] !== '1') return;
  throw refused(
    'STORE.IS_A_CLUSTER',
    'is a Redis Cluster, which keeps keys apart that jobs change together: ' +
      'one Redis is needed, with replicas if you like (cluster-enabled no)',
    name,
  );
}

function refuseReplica(info: Info, name: string): void {
  if (info['role'] !== 'slave') return;
  throw refused('STORE.IS_A_REPLICA', 'is a replica: REDIS_URL must lead to its master', name);
}

/** Of a server that does not say how it makes room, the worst is assumed. */
function refuseEvicting(info: Info, name: string): void {
  const policy = info['maxmemory_policy'] ?? 'unknown';
  if (policy === 'noeviction') return;
  throw refused(
    'JOBS.MAY_EVICT',
    `may throw jobs away to make room: its maxmemory-policy is ${policy} and must be noeviction. ` +
      'Mend it with `CONFIG SET maxmemory-policy noeviction`, and `maxmemory-policy noeviction` in redis.conf',
    name,
    { setting: 'maxmemory-policy', policy },
  );
}

function refused(code: string, why: string, name: string, details: JsonObject = {}): RefusalError {
  return new RefusalError(
    refusal(code, 'unavailable', `Redis at ${name} ${why}`, { engine: 'Redis', name, ...details }),
  );
}
