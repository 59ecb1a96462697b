import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { randomId } from '#kernel';
import { status, type ServerWritableStream } from '@grpc/grpc-js';
import { once } from 'node:events';
import { StreamIsGone, type DoubleLog, type LogEvent } from './double-log.js';
import { streamDeleted } from './deleting.js';
import { requiresLeader, unavailable, type Faults } from './faults.js';
import {
  caughtUp,
  checkpoint,
  confirmation,
  eventMessage,
  fellBehind,
  nameFrom,
  streamNotFound,
} from './messages.js';

type Call = ServerWritableStream<ReadReq, ReadResp>;

const DEFAULT_SEARCH_WINDOW = 32;
const { BACKWARDS } = streams.ReadReq.Options.ReadDirection;
/** A reader of live events that keeps the double waiting for longer has fallen behind. */
const PATIENCE_MILLISECONDS = 100;

/** Reads of one stream, reads of `$all`, and subscriptions to `$all`. */
export class Reading {
  constructor(
    private readonly log: DoubleLog,
    private readonly faults: Faults,
  ) {}

  async read(call: Call): Promise<void> {
    const left = new AbortController();
    for (const event of ['cancelled', 'close', 'error']) call.on(event, () => left.abort());
    const refused = this.faults.refusedRead(requiresLeader(call.metadata));
    if (refused !== undefined) return void call.emit('error', refused);
    try {
      const options = call.request.getOptions()!;
      if (options.hasStream()) await this.stream(call, options, left.signal);
      else if (options.hasSubscription()) await this.subscription(call, options, left.signal);
      else await this.all(call, options, left.signal);
      if (!left.signal.aborted) call.end();
    } catch (error) {
      if (!left.signal.aborted) call.emit('error', errorOf(error));
    }
  }

  private async stream(call: Call, options: ReadReq.Options, left: AbortSignal): Promise<void> {
    const stream = options.getStream()!;
    const name = nameFrom(stream.getStreamIdentifier());
    const direction = options.getReadDirection() === BACKWARDS ? 'backwards' : 'forwards';
    const from = stream.hasRevision() ? BigInt(stream.getRevision()) : undefined;
    if (!(await this.log.isThere(name))) {
      call.write(streamNotFound(name));
      return;
    }
    for await (const event of this.log.stream(name, direction, from, Number(options.getCount()))) {
      await write(call, eventMessage(event, false), left);
      if (left.aborted) return;
    }
  }

  /** Forwards from a position, inclusive; backwards from before it. */
  private async all(call: Call, options: ReadReq.Options, left: AbortSignal): Promise<void> {
    const from = await this.positionFrom(options);
    const backwards = options.getReadDirection() === BACKWARDS;
    if (options.getAll()!.hasEnd() && !backwards) return;
    let count = BigInt(options.getCount());
    for await (const event of backwards ? this.log.backwards(from) : this.log.forwards(from)) {
      if (left.aborted || count <= 0n) return;
      count -= 1n;
      await write(call, eventMessage(event, true), left);
    }
  }

  private async subscription(call: Call, options: ReadReq.Options, left: AbortSignal): Promise<void> {
    const position = await this.positionFrom(options);
    const from = options.getAll()!.hasEnd() ? await this.end() : position;
    call.write(confirmation(randomId()));
    const stop = new AbortController();
    left.addEventListener('abort', () => stop.abort());
    const forget = this.faults.isStreaming(() => {
      call.emit('error', unavailable('told to cut the stream'));
    });
    const sender = new Sender(call, options.getFilter(), left);
    await this.log
      .follow(
        from,
        (events) => sender.send(events),
        () => sender.caughtUp(),
        stop.signal,
      )
      .finally(forget);
  }

  private async positionFrom(options: ReadReq.Options): Promise<bigint | undefined> {
    const position = options.getAll()!.getPosition();
    if (position === undefined) return undefined;
    const commit = BigInt(position.getCommitPosition());
    if (!(await this.log.isPosition(commit))) throw new Error(`no event begins at position ${commit}`);
    return commit;
  }

  private async end(): Promise<bigint | undefined> {
    for await (const event of this.log.backwards(undefined)) return event.commit;
    return undefined;
  }
}

/** One subscription's way out: filters, tells checkpoints, waits for the reader. */
class Sender {
  private searched = 0;
  private previous = 0n;
  private isLive = false;
  private isBehind = true;

  constructor(
    private readonly call: Call,
    private readonly filter: ReadReq.Options.FilterOptions | undefined,
    private readonly left: AbortSignal,
  ) {}

  async send(events: readonly LogEvent[]): Promise<void> {
    for (const event of events) {
      if (this.left.aborted) return;
      const matches = isMatch(event, this.filter);
      if (matches) await this.write(eventMessage(event, true));
      if (this.filter !== undefined) await this.checkpoint(event, matches, this.filter);
      this.previous = event.commit;
    }
  }

  caughtUp(): void {
    if (this.isBehind) this.call.write(caughtUp());
    this.isBehind = false;
    this.isLive = true;
  }

  /** After an event that matched it lies before that event, and its prepare is 0: as was seen of a real server. */
  private async checkpoint(
    event: LogEvent,
    matched: boolean,
    filter: ReadReq.Options.FilterOptions,
  ): Promise<void> {
    this.searched += 1;
    const window = filter.hasMax() ? filter.getMax() : DEFAULT_SEARCH_WINDOW;
    if (this.searched % (window * filter.getCheckpointintervalmultiplier()) !== 0) return;
    if (!matched) return this.write(checkpoint(event.commit, event.commit));
    if (this.previous > 0n) await this.write(checkpoint(this.previous, 0n));
  }

  private async write(message: ReadResp): Promise<void> {
    const start = performance.now();
    await write(this.call, message, this.left);
    if (!this.isLive || this.isBehind || performance.now() - start < PATIENCE_MILLISECONDS) return;
    this.isBehind = true;
    this.call.write(fellBehind());
  }
}

function isMatch(event: LogEvent, filter: ReadReq.Options.FilterOptions | undefined): boolean {
  if (filter === undefined) return true;
  const expression = filter.getStreamIdentifier() ?? filter.getEventType()!;
  const text = filter.hasStreamIdentifier() ? event.stream : event.type;
  const prefixes = expression.getPrefixList();
  if (prefixes.length > 0) return prefixes.some((prefix) => text.startsWith(prefix));
  return new RegExp(expression.getRegex(), 'u').test(text);
}

function errorOf(error: unknown): ReturnType<typeof streamDeleted> {
  return error instanceof StreamIsGone
    ? streamDeleted(error)
    : { code: status.UNKNOWN, details: String(error) };
}

/** Resolves when there is room for the next one, or when the reader has left. */
async function write(call: Call, message: ReadResp, left: AbortSignal): Promise<void> {
  if (left.aborted || call.write(message)) return;
  await once(call, 'drain', { signal: left }).catch(() => undefined);
}
