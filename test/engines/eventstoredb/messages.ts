// Builds the messages of EventStoreDB's protocol from the client's own generated classes.
import shared from '@eventstore/db-client/generated/shared_pb.js';
import status from '@eventstore/db-client/generated/status_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ConcurrencyConflict, ExpectedRevision } from '#platform/event-store';
import any from 'google-protobuf/google/protobuf/any_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import type { LogEvent, Written } from './double-log.js';

export type ReadResp = InstanceType<typeof streams.ReadResp>;
export type AppendResp = InstanceType<typeof streams.AppendResp>;
export type BatchAppendResp = InstanceType<typeof streams.BatchAppendResp>;

/** .NET ticks, of which `created` is made. */
const TICKS_PER_MILLISECOND = 10_000n;

export function eventMessage(event: LogEvent, ofAll: boolean): ReadResp {
  const record = new streams.ReadResp.ReadEvent.RecordedEvent();
  record.setId(uuidOf(event.id));
  record.setStreamIdentifier(streamIdentifier(event.stream));
  record.setStreamRevision(event.revision.toString());
  record.setCommitPosition(event.commit.toString());
  record.setPreparePosition(event.commit.toString());
  record.getMetadataMap().set('type', event.type);
  record.getMetadataMap().set('content-type', 'application/json');
  record.getMetadataMap().set('created', (BigInt(event.created) * TICKS_PER_MILLISECOND).toString());
  record.setData(event.data);
  record.setCustomMetadata(event.metadata);
  const read = new streams.ReadResp.ReadEvent();
  read.setEvent(record);
  if (ofAll) read.setCommitPosition(event.commit.toString());
  else read.setNoPosition(new shared.Empty());
  return response((message) => message.setEvent(read));
}

export function response(fill: (message: ReadResp) => unknown): ReadResp {
  const message = new streams.ReadResp();
  fill(message);
  return message;
}

export function confirmation(id: string): ReadResp {
  const confirmed = new streams.ReadResp.SubscriptionConfirmation();
  confirmed.setSubscriptionId(id);
  return response((message) => message.setConfirmation(confirmed));
}

export function checkpoint(commit: bigint, prepare: bigint): ReadResp {
  const reached = new streams.ReadResp.Checkpoint();
  reached.setCommitPosition(commit.toString());
  reached.setPreparePosition(prepare.toString());
  return response((message) => message.setCheckpoint(reached));
}

export function caughtUp(): ReadResp {
  return response((message) => message.setCaughtUp(new streams.ReadResp.CaughtUp()));
}

export function fellBehind(): ReadResp {
  return response((message) => message.setFellBehind(new streams.ReadResp.FellBehind()));
}

export function streamNotFound(name: string): ReadResp {
  const missing = new streams.ReadResp.StreamNotFound();
  missing.setStreamIdentifier(streamIdentifier(name));
  return response((message) => message.setStreamNotFound(missing));
}

export function appended({ revision, commit }: Written): AppendResp {
  const success = new streams.AppendResp.Success();
  if (revision === 'no-stream') success.setNoStream(new shared.Empty());
  else success.setCurrentRevision(revision.toString());
  if (commit === undefined) success.setNoPosition(new shared.Empty());
  else {
    const position = new streams.AppendResp.Position();
    position.setCommitPosition(commit.toString());
    position.setPreparePosition(commit.toString());
    success.setPosition(position);
  }
  const message = new streams.AppendResp();
  message.setSuccess(success);
  return message;
}

/** The unary call answers a conflict as a result. */
export function wrongExpectedVersion({ expected, actual }: ConcurrencyConflict): AppendResp {
  const wrong = new streams.AppendResp.WrongExpectedVersion();
  if (actual === 'no-stream') wrong.setCurrentNoStream(new shared.Empty());
  else wrong.setCurrentRevision(actual.toString());
  if (expected === 'no-stream') wrong.setExpectedNoStream(new shared.Empty());
  else wrong.setExpectedRevision(expected.toString());
  const message = new streams.AppendResp();
  message.setWrongExpectedVersion(wrong);
  return message;
}

export function batchAppended({ revision, commit }: Written): BatchAppendResp {
  const success = new streams.BatchAppendResp.Success();
  if (revision === 'no-stream') success.setNoStream(new empty.Empty());
  else success.setCurrentRevision(revision.toString());
  if (commit === undefined) success.setNoPosition(new empty.Empty());
  else {
    const position = new shared.AllStreamPosition();
    position.setCommitPosition(commit.toString());
    position.setPreparePosition(commit.toString());
    success.setPosition(position);
  }
  const message = new streams.BatchAppendResp();
  message.setSuccess(success);
  return message;
}

/** The stream of batches answers it as an error with packed details, and a code of Google's. */
export function batchConflict({ expected, actual }: ConcurrencyConflict): BatchAppendResp {
  const wrong = new shared.WrongExpectedVersion();
  if (actual === 'no-stream') wrong.setCurrentNoStream(new empty.Empty());
  else wrong.setCurrentStreamRevision(actual.toString());
  if (expected === 'no-stream') wrong.setExpectedNoStream(new empty.Empty());
  else wrong.setExpectedStreamPosition(expected.toString());
  return batchError(9, wrong.serializeBinary(), 'WrongExpectedVersion');
}

export function batchTooLarge(limit: number): BatchAppendResp {
  const tooLarge = new shared.MaximumAppendSizeExceeded();
  tooLarge.setMaxappendsize(limit);
  return batchError(3, tooLarge.serializeBinary(), 'MaximumAppendSizeExceeded');
}

export function batchStreamDeleted(name: string): BatchAppendResp {
  const deleted = new shared.StreamDeleted();
  deleted.setStreamIdentifier(streamIdentifier(name));
  return batchError(9, deleted.serializeBinary(), 'StreamDeleted');
}

export function batchTimeout(): BatchAppendResp {
  return batchError(4, new shared.Timeout().serializeBinary(), 'Timeout');
}

function batchError(code: number, details: Uint8Array, type: string): BatchAppendResp {
  const packed = new any.Any();
  packed.pack(details, `event_store.client.${type}`);
  const error = new status.Status();
  error.setCode(code);
  error.setDetails(packed);
  const message = new streams.BatchAppendResp();
  message.setError(error);
  return message;
}

export function uuidOf(id: string): InstanceType<typeof shared.UUID> {
  const uuid = new shared.UUID();
  uuid.setString(id);
  return uuid;
}

export function streamIdentifier(name: string): InstanceType<typeof shared.StreamIdentifier> {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(new Uint8Array(Buffer.from(name, 'utf8')));
  return identifier;
}

export function nameFrom(identifier: { getStreamName_asU8(): Uint8Array } | undefined): string {
  return Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8');
}

/** -1 and below stand for "any" and such on the wire; here only revisions and "no stream" are spoken. */
export function expectedFrom(hasNoStream: boolean, revision: string): ExpectedRevision {
  return hasNoStream ? 'no-stream' : BigInt(revision);
}
