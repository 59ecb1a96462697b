import { refusal, RefusalError, type Refusal } from '#kernel';
import { Decisions, EVENT_STORE, EventCodec, type EventStore } from '#platform/event-store';
import { Inject } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Measures } from '../../measures/measures.schema.js';
import { foldHistory } from '../fold-history.js';
import type { Cut } from '../snapshot.events.js';
import { snapshot } from '../snapshot.js';

/** A snapshot taken again beside the frozen one. */
export interface RetakenSnapshot {
  readonly id: string;
  readonly programmeId: string;
  /** As found now: the same number of events (or all there are, if fewer) and the id of the last of them. */
  readonly cut: Cut;
  /** As computed now from the events alone. */
  readonly hash: string;
  readonly historyHash: string;
  /** `null` if history can no longer be read: see `unreadable`. */
  readonly measures: Measures | null;
  readonly unreadable?: string;
  readonly frozenHash: string;
  readonly frozenCut: Cut;
  readonly same: boolean;
}

/** Folds history up to a snapshot's cut again, from the events alone; no read model is asked and nothing is written. */
export class RetakeSnapshot {
  constructor(readonly id: string) {}
}

@QueryHandler(RetakeSnapshot)
export class RetakeSnapshotHandler implements IQueryHandler<RetakeSnapshot, RetakenSnapshot> {
  constructor(
    private readonly decisions: Decisions,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    private readonly codec: EventCodec,
  ) {}

  /** @throws RefusalError `SNAPSHOT.NOT_FOUND` */
  async execute({ id }: RetakeSnapshot): Promise<RetakenSnapshot> {
    const { state } = await this.decisions.load(snapshot, id);
    if (state.status === 'none') {
      throw new RefusalError(
        refusal('SNAPSHOT.NOT_FOUND', 'not-found', `there is no snapshot '${id}'`, {
          field: 'id',
          value: id,
        }),
      );
    }
    const { programmeId, cut, hash: frozenHash } = state.frozen;
    const now = await foldHistory(this.store, this.codec, programmeId, cut.count);
    return {
      id,
      programmeId,
      cut: now.cut,
      hash: now.hash,
      historyHash: now.historyHash,
      measures: now.measures,
      ...(now.unreadable === undefined ? {} : { unreadable: now.unreadable }),
      frozenHash,
      frozenCut: cut,
      same: now.hash === frozenHash,
    };
  }
}

/** For those who must stop when a snapshot does not come out as it was frozen: a refusal that says in what way. */
export function refuseIfDifferent(retaken: RetakenSnapshot): Refusal | undefined {
  const { id, same, cut, frozenCut, hash, frozenHash, unreadable } = retaken;
  if (same) return undefined;
  const how =
    unreadable ??
    (cut.count < frozenCut.count
      ? `the log has ${cut.count} events, the snapshot was taken after ${frozenCut.count}`
      : cut.eventId !== frozenCut.eventId
        ? `event ${frozenCut.count} of the log is ${cut.eventId}, it was ${frozenCut.eventId}`
        : 'an event before its cut is not what it was');
  return refusal(
    'SNAPSHOT.DIFFERS',
    'wrong-state',
    `snapshot ${id} does not come out as it was frozen: ${how}. Frozen ${frozenHash}, now ${hash}`,
    { id, hash, frozenHash },
  );
}
