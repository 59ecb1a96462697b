import { openEventStoreDb, type StoredEvent } from '#platform/event-store';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LoadOptions, LoadReport } from './eventstoredb-load.process.js';

/** A process under load: see `eventstoredb-load.process.ts`. */
export class Load {
  private constructor(private readonly child: ChildProcess) {}

  static async start(options: LoadOptions): Promise<Load> {
    const script = fileURLToPath(new URL('./eventstoredb-load.process.js', import.meta.url));
    const child = fork(script, [JSON.stringify(options)], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    const load = new Load(child);
    await load.message();
    return load;
  }

  /** Lets the writers finish and the listener catch up, and tells what they have seen. */
  async finish(): Promise<LoadReport> {
    const exit = once(this.child, 'exit');
    this.child.send('finish');
    const report = (await this.message()) as LoadReport;
    this.child.disconnect();
    const [code] = (await exit) as [number | null];
    if (code !== 0) throw new Error(`the load ended with code ${code}`);
    return report;
  }

  private async message(): Promise<unknown> {
    const gone = new AbortController();
    this.child.once('exit', () => gone.abort());
    const [message] = (await once(this.child, 'message', { signal: gone.signal })) as [unknown];
    return message;
  }
}

export interface Findings {
  readonly acknowledged: number;
  /** Acknowledged, and not there or elsewhere. */
  readonly lost: readonly string[];
  readonly twice: readonly string[];
  /** In the log, and never handed to the listener; or handed over in another order than the log's, or twice. */
  readonly unheard: readonly string[];
  readonly isHeardInOrder: boolean;
}

export async function findingsOf(url: string, { acknowledged, heard }: LoadReport): Promise<Findings> {
  const store = await openEventStoreDb({ url });
  const log: StoredEvent[] = [];
  for await (const page of store.readAll()) log.push(...page);
  await store.close();
  const byId = new Map(log.map((event) => [event.id, event]));
  const known = new Set(heard);
  const isThere = ([id, stream, revision]: LoadReport['acknowledged'][number]): boolean =>
    byId.get(id)?.stream === stream && byId.get(id)?.revision === BigInt(revision);
  return {
    acknowledged: acknowledged.length,
    lost: acknowledged.filter((one) => !isThere(one)).map(([id]) => id),
    twice: log.filter((event) => byId.get(event.id) !== event).map((event) => event.id),
    unheard: log.filter((event) => !known.has(event.id)).map((event) => event.id),
    isHeardInOrder: log.map((event) => event.id).join() === heard.join(),
  };
}
