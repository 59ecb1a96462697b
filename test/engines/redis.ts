import { spawnSync } from 'node:child_process';
import { freePort } from './free-port.js';
import { OwnProcess } from './own-process.js';

/** Whether tests can have a server of their own, to do harm to. */
export const ownRedisAvailable = spawnSync('redis-server', ['--version']).status === 0;
/** The Redis that the tests were given, or one of their own. */
export const redisAvailable = process.env['REDIS_URL'] !== undefined || ownRedisAvailable;
export const REDIS_MISSING = 'neither REDIS_URL nor redis-server is there: run infra/ci/engines.sh';

/** A Redis as one should be for jobs: it evicts nothing and has written what it acknowledges. */
export class OwnRedis {
  private constructor(readonly process: OwnProcess) {}

  /** @param settings more of `redis-server`; the last one of a name holds */
  static async start(settings: readonly string[] = []): Promise<OwnRedis> {
    const server = new OwnProcess('redis', await freePort(), (port, folder) => [
      'redis-server',
      ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder],
      ...['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''],
      ...['--maxmemory-policy', 'noeviction', '--daemonize', 'no'],
      ...settings,
    ]);
    await server.start();
    return new OwnRedis(server);
  }

  url(database = 0): string {
    return `redis://127.0.0.1:${this.process.port}/${database}`;
  }

  stop(): Promise<void> {
    return this.process.stop();
  }
}
