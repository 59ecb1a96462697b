import { instantFromMillis, randomId, refusal, RefusalError } from '#kernel';
import type { Logger } from '#platform/observability';
import { Worker } from 'node:worker_threads';
import type { PartState } from '../../composition/src/index.js';
import type { FromMachineRoom, RebuildState, ToMachineRoom } from './machine-room.messages.js';

const FIRST_BACK_OFF = 250;
const LONGEST_BACK_OFF = 30_000;
/** A thread that lived this long was well: the next failure starts the back-off anew. */
const WELL_AFTER = 60_000;
const STOP_MILLISECONDS = 20_000;
const MOST_REBUILDS_KEPT = 50;
const MOST_REBUILDS_WAITING = 10;

export interface MachineRoomState {
  readonly running: boolean;
  readonly restarts: number;
  readonly parts: Readonly<Record<string, PartState>>;
}

/**
 * Keeps the machine-room thread alive: projections, policies and jobs run there, away from the thread that
 * answers HTTP. A thread that dies is started again after a pause that doubles.
 */
export class MachineRoom {
  private worker: Worker | undefined;
  private parts: Readonly<Record<string, PartState>> = {};
  private readonly rebuilds = new Map<string, RebuildState>();
  private restarts = 0;
  private backOff = FIRST_BACK_OFF;
  private startedAt = 0;
  private stopping = false;
  private restart: NodeJS.Timeout | undefined;

  constructor(
    private readonly thread: URL,
    private readonly logger: Pick<Logger, 'error' | 'warn'>,
    private readonly stopMilliseconds = STOP_MILLISECONDS,
  ) {}

  start(): void {
    this.startedAt = Date.now();
    const worker = new Worker(this.thread, { name: 'machine-room' });
    this.worker = worker;
    worker.on('message', (message: FromMachineRoom) => this.heard(message));
    worker.on('error', (error) => this.logger.error({ err: error }, 'the machine room failed'));
    worker.on('exit', (code) => this.ended(code));
    for (const rebuild of this.rebuilds.values()) {
      if (rebuild.status === 'waiting') this.say({ type: 'rebuild', rebuild });
    }
  }

  get state(): MachineRoomState {
    return { running: this.worker !== undefined, restarts: this.restarts, parts: this.parts };
  }

  /** @throws RefusalError `REBUILD.TOO_MANY` */
  rebuild(collection: string | undefined): RebuildState {
    const waiting = this.listRebuilds().filter(({ status }) => status === 'waiting' || status === 'running');
    if (waiting.length >= MOST_REBUILDS_WAITING) {
      throw new RefusalError(
        refusal('REBUILD.TOO_MANY', 'busy', `${waiting.length} rebuilds are still to be done; wait for them`),
      );
    }
    const rebuild: RebuildState = {
      id: randomId(),
      collection: collection ?? null,
      status: 'waiting',
      eventsApplied: 0,
      requestedAt: instantFromMillis(Date.now()),
    };
    this.keep(rebuild);
    this.say({ type: 'rebuild', rebuild });
    return rebuild;
  }

  rebuildOf(id: string): RebuildState | undefined {
    return this.rebuilds.get(id);
  }

  /** Newest first. */
  listRebuilds(): readonly RebuildState[] {
    return [...this.rebuilds.values()].reverse();
  }

  /** Lets the thread finish what it has begun; one that does not is ended. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.restart);
    const { worker } = this;
    if (worker === undefined) return;
    const gone = new Promise<void>((resolve) => void worker.once('exit', () => resolve()));
    this.say({ type: 'stop' });
    const late = setTimeout(() => {
      this.logger.warn(
        'the machine room did not stop in time and is ended; what it had begun is begun again',
      );
      void worker.terminate();
    }, this.stopMilliseconds);
    await gone;
    clearTimeout(late);
  }

  private say(message: ToMachineRoom): void {
    this.worker?.postMessage(message);
  }

  private heard(message: FromMachineRoom): void {
    if (message.type === 'parts') {
      for (const [name, part] of Object.entries(message.parts)) {
        if (part.failure !== undefined && part.failure !== this.parts[name]?.failure) {
          this.logger.error({ part: name }, part.failure);
        }
      }
      this.parts = message.parts;
    }
    if (message.type === 'rebuild') this.keep(message.rebuild);
  }

  private keep(rebuild: RebuildState): void {
    this.rebuilds.set(rebuild.id, rebuild);
    for (const id of this.rebuilds.keys()) {
      if (this.rebuilds.size <= MOST_REBUILDS_KEPT) break;
      this.rebuilds.delete(id);
    }
  }

  private ended(code: number): void {
    this.worker = undefined;
    this.parts = {};
    for (const rebuild of this.rebuilds.values()) {
      if (rebuild.status !== 'running') continue;
      // The build beside the live one is dropped by the next rebuild; nothing that shows has changed.
      const failure = 'the machine room ended while rebuilding; the live collection was not touched';
      this.keep({ ...rebuild, status: 'failed', failure, endedAt: instantFromMillis(Date.now()) });
    }
    if (this.stopping) return;
    if (Date.now() - this.startedAt > WELL_AFTER) this.backOff = FIRST_BACK_OFF;
    this.logger.error({ code, again: this.backOff }, 'the machine room ended; it is started again');
    this.restarts += 1;
    this.restart = setTimeout(() => this.start(), this.backOff);
    this.backOff = Math.min(this.backOff * 2, LONGEST_BACK_OFF);
  }
}
