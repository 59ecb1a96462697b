import { TestEnvironment } from 'jest-environment-node';
import { MONGO_MISSING, ownMongoAvailable } from '../engines/mongodb.js';
import { ownRedisAvailable, REDIS_MISSING } from '../engines/redis.js';

/** What `engines.ts` leaves here when a test file has started servers. */
export interface ServersGlobal {
  stopServers?: () => Promise<void>;
}

const MISSING = [
  ...(ownMongoAvailable ? [] : [MONGO_MISSING]),
  ...(ownRedisAvailable ? [] : [REDIS_MISSING]),
].join('; ');

/**
 * Runs a test file of the end-to-end suite with its engines on servers, see `engines.ts`; skips all of it, and says
 * why, where one of them is not installed. The servers are stopped here, since a hook of the file would stop them
 * before that file's own hooks have ended the processes that use them.
 */
class ServersEnvironment extends TestEnvironment {
  override async setup(): Promise<void> {
    await super.setup();
    this.global.process.env['TEST_ENGINES'] = 'servers';
  }

  override async teardown(): Promise<void> {
    await (this.global as ServersGlobal).stopServers?.();
    await super.teardown();
  }

  handleTestEvent({ name }: { name: string }, state: { rootDescribeBlock: { mode?: unknown } }): void {
    if (name !== 'run_start' || MISSING === '') return;
    process.stderr.write(`The end-to-end suite on servers is skipped: ${MISSING}\n`);
    state.rootDescribeBlock.mode = 'skip';
  }
}

// What Jest asks of an environment.
export { ServersEnvironment as default };
