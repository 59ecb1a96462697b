import { refusal, RefusalError } from '#kernel';
import { Worker } from 'node:worker_threads';
import { ConcurrencyConflict, type AppendResult, type ExpectedRevision } from '../event-store.js';
import type {
  AppendReply,
  AppendRequest,
  Durability,
  Failure,
  FromWriter,
  ToWriter,
  WriterData,
} from './protocol.js';

/** Appends that may wait at once, and their bytes: more are refused, so that a burst cannot eat all memory. */
const MOST_WAITING = 10_000;
const MOST_BYTES_WAITING = 64 * 1024 * 1024;

interface Waiting {
  readonly request: AppendRequest;
  readonly expected: ExpectedRevision;
  readonly bytes: number;
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (error: unknown) => void;
}

/** This thread's end of the writer thread: sends what arrived in one turn of the event loop as one message. */
export class Writer {
  /** Sent and not sent yet, in order: replies come in the same order. */
  private waiting: Waiting[] = [];
  private unsent: AppendRequest[] = [];
  private readonly counts = { appends: 0, groups: 0 };
  private bytes = 0;
  private readonly questions: PromiseWithResolvers<Durability>[] = [];
  private readonly ready = Promise.withResolvers<void>();
  private failed: Error | undefined;
  private closing: Promise<void> | undefined;
  private onClosed: (() => void) | undefined;

  private constructor(private readonly worker: Worker) {}

  /** @throws RefusalError the thread cannot open the file */
  static async start(thread: URL, data: WriterData): Promise<Writer> {
    const worker = new Worker(thread, { workerData: data, name: 'event-store-writer' });
    const writer = new Writer(worker);
    worker.on('message', (message: FromWriter) => writer.receive(message));
    worker.on('error', (error: Error) => writer.fail(error.message));
    worker.on('exit', (code) => writer.fail(`it ended with code ${code}`));
    await writer.ready.promise;
    writer.rest();
    return writer;
  }

  append(request: AppendRequest, expected: ExpectedRevision, bytes: number): Promise<AppendResult> {
    return new Promise((resolve, reject) => {
      const unable = this.unable();
      if (unable !== undefined) return reject(unable);
      if (this.waiting.length >= MOST_WAITING || this.bytes + bytes > MOST_BYTES_WAITING) {
        return reject(tooManyWaiting());
      }
      if (this.waiting.length === 0) this.worker.ref();
      this.waiting.push({ request, expected, bytes, resolve, reject });
      this.bytes += bytes;
      if (this.unsent.push(request) === 1) setImmediate(() => this.flush());
    });
  }

  durability(): Promise<Durability> {
    const unable = this.unable();
    if (unable !== undefined) return Promise.reject(unable);
    const question = Promise.withResolvers<Durability>();
    this.questions.push(question);
    this.worker.ref();
    this.send({ kind: 'durability' });
    return question.promise;
  }

  /** Resolves when everything that was waiting has been written and the thread has let go of the file. */
  close(): Promise<void> {
    this.closing ??= new Promise((resolve) => {
      if (this.failed !== undefined) return resolve();
      this.onClosed = resolve;
      this.worker.ref();
      this.flush();
      this.send({ kind: 'close' });
    });
    return this.closing;
  }

  /** Whether the thread has died by itself: another one can take its place. */
  get hasDied(): boolean {
    return this.failed !== undefined && this.closing === undefined;
  }

  private unable(): Error | undefined {
    return this.failed ?? (this.closing === undefined ? undefined : closed());
  }

  /** How many appends have been answered, and in how many groups. */
  get answered(): { readonly appends: number; readonly groups: number } {
    return { ...this.counts };
  }

  private flush(): void {
    if (this.unsent.length === 0) return;
    this.send({ kind: 'append', requests: this.unsent });
    this.unsent = [];
  }

  private send(message: ToWriter): void {
    this.worker.postMessage(message);
  }

  private receive(message: FromWriter): void {
    if (message.kind === 'ready') this.ready.resolve();
    if (message.kind === 'unusable') this.ready.reject(new RefusalError(message.refusal));
    if (message.kind === 'durability') this.questions.shift()?.resolve(message.durability);
    if (message.kind === 'appended') this.settle(message.replies);
    if (message.kind === 'closed') this.onClosed?.();
    this.rest();
  }

  /** An idle thread does not keep the process alive; one with work does. */
  private rest(): void {
    const idle = this.waiting.length === 0 && this.questions.length === 0;
    if (idle && this.closing === undefined) this.worker.unref();
  }

  private settle(replies: readonly AppendReply[]): void {
    this.counts.appends += replies.length;
    this.counts.groups += 1;
    const settled = this.waiting.splice(0, replies.length);
    for (const [index, one] of settled.entries()) {
      this.bytes -= one.bytes;
      const reply = replies[index]!;
      if ('kind' in reply) one.reject(errorFrom(one, reply));
      else one.resolve(resultFrom(reply));
    }
  }

  private fail(why: string): void {
    if (this.onClosed !== undefined && this.waiting.length === 0) return this.onClosed();
    this.failed ??= new Error(
      `the event store's writer thread has stopped: ${why}. Whether what was being appended has been written is ` +
        'not known; the same append again writes it only if it was not.',
    );
    this.ready.reject(this.failed);
    for (const one of [...this.waiting.splice(0), ...this.questions.splice(0)]) one.reject(this.failed);
    this.unsent = [];
    this.bytes = 0;
    this.onClosed?.();
  }
}

function revisionFrom(revision: number): ExpectedRevision {
  return revision === -1 ? 'no-stream' : BigInt(revision);
}

function resultFrom([revision, position]: readonly [number, number]): AppendResult {
  return { revision: revisionFrom(revision), position: position === -1 ? undefined : BigInt(position) };
}

function errorFrom({ request, expected }: Waiting, failure: Failure): Error {
  switch (failure.kind) {
    case 'conflict':
      return new ConcurrencyConflict(request.stream, expected, revisionFrom(failure.actual));
    case 'refused':
      return new RefusalError(failure.refusal);
    case 'failed':
      return new Error(`${request.stream} was not appended to: ${failure.message}`);
  }
}

function closed(): RefusalError {
  return new RefusalError(refusal('STORE.CLOSED', 'unavailable', 'the event store has been closed'));
}

function tooManyWaiting(): RefusalError {
  return new RefusalError(
    refusal(
      'STORE.BUSY',
      'busy',
      'too many appends are waiting to be written; nothing was written, try again',
      {
        store: 'events',
      },
    ),
  );
}
