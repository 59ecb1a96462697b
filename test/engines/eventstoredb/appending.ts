import { ConcurrencyConflict, type ExpectedRevision } from '#platform/event-store';
import {
  Metadata,
  status,
  type sendUnaryData,
  type ServerDuplexStream,
  type ServerReadableStream,
} from '@grpc/grpc-js';
import type {
  AppendReq,
  AppendResp,
  BatchAppendReq,
  BatchAppendResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import { streamDeleted } from './deleting.js';
import { StreamIsGone, type DoubleLog, type NewLogEvent, type Written } from './double-log.js';
import { requiresLeader, unavailable, type AppendFault, type Faults } from './faults.js';
import {
  appended,
  batchAppended,
  batchConflict,
  batchStreamDeleted,
  batchTimeout,
  batchTooLarge,
  expectedFrom,
  nameFrom,
  wrongExpectedVersion,
} from './messages.js';

export const MAX_APPEND_BYTES = 1024 * 1024;

interface Append {
  readonly stream: string;
  readonly expected: ExpectedRevision | 'any';
  readonly events: readonly NewLogEvent[];
}

type Proposed = AppendReq.ProposedMessage | BatchAppendReq.ProposedMessage;

function newEventFrom(message: Proposed): NewLogEvent {
  return {
    id: message.getId()?.getString() ?? '',
    type: message.getMetadataMap().get('type') ?? '',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}

class TooLarge extends Error {}

/** Appends as EventStoreDB does: by the unary call, and by the stream of batches. */
export class Appending {
  constructor(
    private readonly log: DoubleLog,
    private readonly faults: Faults,
  ) {}

  async unary(
    call: ServerReadableStream<AppendReq, AppendResp>,
    answer: sendUnaryData<AppendResp>,
  ): Promise<void> {
    let options: AppendReq.Options | undefined;
    const events: NewLogEvent[] = [];
    for await (const request of call as AsyncIterable<AppendReq>) {
      if (request.hasOptions()) options = request.getOptions();
      const message = request.getProposedMessage();
      if (message !== undefined) events.push(newEventFrom(message));
    }
    const append: Append = {
      stream: nameFrom(options?.getStreamIdentifier()),
      expected: options?.hasAny()
        ? 'any'
        : expectedFrom(options?.hasNoStream() ?? false, options?.getRevision() ?? '0'),
      events,
    };
    const fault = this.faults.nextAppend(requiresLeader(call.metadata));
    try {
      const written = fault === undefined || fault.written ? await this.write(append) : undefined;
      if (fault?.how === 'silence') return;
      if (fault !== undefined) return answer(this.errorOf(fault));
      answer(null, appended(written!));
    } catch (error) {
      if (error instanceof ConcurrencyConflict) return answer(null, wrongExpectedVersion(error));
      if (error instanceof StreamIsGone) return answer(streamDeleted(error));
      answer(error instanceof TooLarge ? tooLarge() : { code: status.UNKNOWN, details: String(error) });
    }
  }

  batches(call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>): void {
    const open = new Map<string, { options: BatchAppendReq.Options | undefined; events: NewLogEvent[] }>();
    call.on('data', (request: BatchAppendReq) => {
      const id = request.getCorrelationId()?.getString() ?? '';
      const batch = open.get(id) ?? { options: request.getOptions(), events: [] };
      open.set(id, batch);
      batch.events.push(...request.getProposedMessagesList().map(newEventFrom));
      if (!request.getIsFinal()) return;
      open.delete(id);
      const expected = batch.options?.hasAny()
        ? 'any'
        : expectedFrom(batch.options?.hasNoStream() ?? false, batch.options?.getStreamPosition() ?? '0');
      const stream = nameFrom(batch.options?.getStreamIdentifier());
      const answer = (message: BatchAppendResp): void => {
        message.setCorrelationId(request.getCorrelationId());
        message.setStreamIdentifier(batch.options?.getStreamIdentifier());
        call.write(message);
      };
      void this.batch(call, { stream, expected, events: batch.events }, batch.options, answer);
    });
    call.on('end', () => call.end());
    call.on('error', () => undefined);
  }

  private async batch(
    call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>,
    append: Append,
    options: BatchAppendReq.Options | undefined,
    answer: (message: BatchAppendResp) => void,
  ): Promise<void> {
    const fault = this.faults.nextAppend(requiresLeader(call.metadata));
    try {
      const written = fault === undefined || fault.written ? await this.write(append) : undefined;
      if (fault?.how === 'silence') {
        const deadline = options?.getDeadline()?.toDate().getTime() ?? Date.now();
        setTimeout(() => answer(batchTimeout()), Math.max(0, deadline - Date.now()));
      } else if (fault !== undefined) call.emit('error', this.errorOf(fault));
      else answer(batchAppended(written!));
    } catch (error) {
      if (error instanceof ConcurrencyConflict) return answer(batchConflict(error));
      if (error instanceof StreamIsGone) return answer(batchStreamDeleted(error.stream));
      if (error instanceof TooLarge) return answer(batchTooLarge(MAX_APPEND_BYTES));
      call.emit('error', { code: status.UNKNOWN, details: String(error) });
    }
  }

  private async write({ stream, expected, events }: Append): Promise<Written> {
    const bytes = events.reduce((sum, event) => sum + event.data.length + event.metadata.length, 0);
    if (bytes > MAX_APPEND_BYTES) throw new TooLarge();
    if (expected !== 'any') return this.log.append(stream, expected, events);
    for (;;) {
      try {
        return await this.log.append(stream, await this.log.revisionOf(stream), events);
      } catch (error) {
        if (!(error instanceof ConcurrencyConflict)) throw error;
      }
    }
  }

  private errorOf(fault: AppendFault): ReturnType<Faults['notLeader']> {
    return fault.how === 'not-leader' ? this.faults.notLeader() : unavailable('told to be away');
  }
}

function tooLarge(): ReturnType<Faults['notLeader']> {
  const metadata = new Metadata();
  metadata.set('exception', 'maximum-append-size-exceeded');
  metadata.set('maximum-append-size', String(MAX_APPEND_BYTES));
  return { code: status.INVALID_ARGUMENT, details: 'Maximum append size exceeded', metadata };
}
