// A server that speaks MongoDB's protocol on WiredTiger and shows itself as a replica set of one: SecantusDB, which
// stands in for MongoDB in tests and nowhere else.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { freePort } from './free-port.js';
import { OwnProcess } from './own-process.js';

const SERVER = process.env['SECANTUSD'] ?? resolve('.engines/secantus/bin/secantusd-py');

/** Whether tests can have a server of their own, to do harm to. */
export const ownMongoAvailable = existsSync(SERVER);
/** The MongoDB that the tests were given, or one of their own. */
export const mongoAvailable = process.env['MONGODB_URL'] !== undefined || ownMongoAvailable;
export const MONGO_MISSING =
  'neither MONGODB_URL nor a MongoDB-compatible server is there: run infra/ci/engines.sh';

export class OwnMongo {
  private constructor(readonly process: OwnProcess) {}

  /**
   * @param testCommands lets `configureFailPoint` and `replSetStepDown` make it fail from within
   * @param standalone it is no replica set, which the product does not take
   */
  static async start({ testCommands = false, standalone = false } = {}): Promise<OwnMongo> {
    const server = new OwnProcess('mongodb', await freePort(), (port, folder) => [
      SERVER,
      ...['--host', '127.0.0.1', '--port', String(port), '--storage-path', folder],
      ...['--sync-on-commit', '--log-level', 'WARNING'],
      ...(testCommands ? ['--enable-test-commands'] : []),
      ...(standalone ? ['--standalone'] : []),
    ]);
    await server.start();
    return new OwnMongo(server);
  }

  /** Of a database of this name. */
  url(database = 'tranche'): string {
    return `mongodb://127.0.0.1:${this.process.port}/${database}?directConnection=false`;
  }

  stop(): Promise<void> {
    return this.process.stop();
  }
}
