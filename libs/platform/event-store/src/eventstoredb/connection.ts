import { refusal, RefusalError } from '#kernel';
import { EventStoreDBClient } from '@eventstore/db-client';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { addressFrom, badUrl, type Address } from './address.js';
import { denied, failureFrom, Silence, unavailable } from './failures.js';
import { Patience } from './patience.js';

/** What the client does inside and does not show; each use below says why. */
interface Inside {
  handleError: (client: unknown, error: Error) => Promise<void>;
  supports: () => Promise<boolean>;
  createChannel: () => Promise<{ close(): void }>;
  readonly capabilities: Promise<{ readonly serverVersion: string }>;
}

const OLDEST = { major: 23, minor: 10 };
/** From this version on it is called KurrentDB. */
const FIRST_KURRENT = 25;

/** The client, made safe to live with, and who it is connected to. */
export class Connection {
  private channel: { close(): void } | undefined;

  private constructor(
    readonly client: EventStoreDBClient,
    readonly address: Address,
  ) {
    this.mend(client as unknown as Inside);
  }

  /**
   * Connects, trying again for so long, and makes sure that the server is one that can be used.
   * @throws RefusalError `STORE.BAD_URL`, `STORE.UNAVAILABLE`, `STORE.ACCESS_DENIED`, `STORE.UNSUPPORTED_SERVER`
   */
  static async open(url: string, milliseconds: number): Promise<Connection> {
    const patience = new Patience(milliseconds);
    let failed: unknown;
    for (;;) {
      // A new one each time: a client that has once failed to discover its cluster never asks for the version again.
      const connection = Connection.to(url);
      try {
        await connection.checkVersion(Math.max(1, patience.left));
        return connection;
      } catch (error) {
        await connection.close();
        if (error instanceof RefusalError) throw error;
        const { kind } = failureFrom(error);
        if (kind === 'denied') throw denied(connection.hosts);
        // The last try may have had no time: what an earlier one was told says more.
        if (!(error instanceof Silence) || failed === undefined) failed = error;
        if (kind !== 'passing' || patience.left === 0) throw unavailable(connection.hosts, failed);
        await patience.pause();
      }
    }
  }

  private static to(url: string): Connection {
    const address = addressFrom(url);
    try {
      return new Connection(EventStoreDBClient.connectionString(address.url), address);
    } catch (error) {
      // The client repeats pieces of the address: only what it says of files is let through.
      const words = error instanceof Error && error.message.includes('file') ? error.message : undefined;
      throw badUrl(words ?? 'the client cannot read it');
    }
  }

  get hosts(): string {
    return this.address.hosts;
  }

  private async checkVersion(milliseconds: number): Promise<void> {
    const { serverVersion } = await within((this.client as unknown as Inside).capabilities, milliseconds);
    refuseOld(serverVersion, this.hosts);
  }

  async close(): Promise<void> {
    await within(this.client.dispose(), 2000).catch(() => undefined);
    this.channel?.close();
  }

  private mend(inside: Inside): void {
    // Appends by the unary call alone. The stream of batches keeps its promises in one bank for the whole process:
    // one connection's error rejects them all, and an answer that then arrives for another brings the process down.
    inside.supports = async () => false;
    // After an error the client closes the channel, unawaited: a rejection there is nobody's, and a call between
    // asking for the channel and using it would throw where nobody catches. In a turn of its own neither happens.
    const handleError = inside.handleError;
    inside.handleError = async (client, error) => {
      await nextTurn();
      await handleError(client, error).catch(() => undefined);
    };
    // `dispose` ends the calls but leaves the channel open.
    const createChannel = inside.createChannel;
    inside.createChannel = async () => {
      this.channel = await createChannel();
      return this.channel;
    };
  }
}

/** @throws Silence when the promise has not settled in time */
export async function within<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Silence(`no answer within ${Math.round(milliseconds)} ms`)),
      milliseconds,
    );
  });
  promise.catch(() => undefined);
  return Promise.race([promise, silence]).finally(() => clearTimeout(timer));
}

function refuseOld(version: string, hosts: string): void {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  const isKnown = major !== undefined;
  if (isKnown && isEnough(Number(major), Number(minor))) return;
  const name = Number(major) >= FIRST_KURRENT ? 'KurrentDB' : 'EventStoreDB';
  const told = isKnown ? `version ${version}` : 'too old to tell its version';
  throw new RefusalError(
    refusal(
      'STORE.UNSUPPORTED_SERVER',
      'unavailable',
      `${name} at ${hosts} is ${told}; EventStoreDB ${OLDEST.major}.${OLDEST.minor} or newer, or KurrentDB, is needed`,
      { engine: name, version, hosts },
    ),
  );
}

function isEnough(major: number, minor: number): boolean {
  return major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor);
}
