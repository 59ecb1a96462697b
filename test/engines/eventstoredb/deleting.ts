import type {
  DeleteReq,
  DeleteResp,
  TombstoneReq,
  TombstoneResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { Metadata, status, type sendUnaryData, type ServerErrorResponse } from '@grpc/grpc-js';
import type { DoubleLog, StreamIsGone } from './double-log.js';
import { nameFrom } from './messages.js';

/** Deletes at any revision: the product deletes nothing, and this is here so that it can be seen what would happen. */
export class Deleting {
  constructor(private readonly log: DoubleLog) {}

  async soft(request: DeleteReq, answer: sendUnaryData<DeleteResp>): Promise<void> {
    await this.log.hide(nameFrom(request.getOptions()?.getStreamIdentifier()));
    answer(null, new streams.DeleteResp());
  }

  tombstone(request: TombstoneReq, answer: sendUnaryData<TombstoneResp>): void {
    this.log.bury(nameFrom(request.getOptions()?.getStreamIdentifier()));
    answer(null, new streams.TombstoneResp());
  }
}

export function streamDeleted({ stream }: StreamIsGone): Partial<ServerErrorResponse> {
  const metadata = new Metadata();
  metadata.set('exception', 'stream-deleted');
  metadata.set('stream-name', stream);
  return { code: status.FAILED_PRECONDITION, details: 'Event stream is deleted', metadata };
}
