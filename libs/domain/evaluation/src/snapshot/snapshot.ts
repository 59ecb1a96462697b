import {
  refusal,
  refuseBefore,
  type Aggregate,
  type Command,
  type Decision,
  type Instant,
  type RecordedEvent,
} from '#kernel';
import type { Measures } from '../measures/measures.schema.js';
import { evaluationSnapshotTaken, snapshotEvents, type Cut, type SnapshotEvent } from './snapshot.events.js';

/** What folding the log up to a cut gives; see {@link evaluationSnapshotTaken} for what each hash covers. */
export interface FrozenMeasures {
  readonly snapshotId: string;
  readonly programmeId: string;
  readonly cut: Cut;
  readonly hash: string;
  readonly historyHash: string;
  readonly measures: Measures;
}

export type SnapshotState =
  | { readonly status: 'none' }
  | { readonly status: 'taken'; readonly frozen: FrozenMeasures; readonly takenAt: Instant };

export type TakeSnapshotCommand = Command<
  'TakeSnapshot',
  FrozenMeasures & {
    /** The latest moment at which anything that was folded happened. */
    readonly latestOccurredAt: Instant;
  }
>;

function decide(command: TakeSnapshotCommand, state: SnapshotState): Decision<SnapshotEvent> {
  const { latestOccurredAt, ...frozen } = command.data;
  if (state.status === 'taken') {
    if (state.frozen.hash === frozen.hash) return [];
    return refusal(
      'SNAPSHOT.ALREADY_TAKEN',
      'wrong-state',
      `snapshot ${frozen.snapshotId} was taken at ${state.takenAt} and is frozen; take another one`,
      { id: frozen.snapshotId, frozenHash: state.frozen.hash, hash: frozen.hash },
    );
  }
  const early = refuseBefore(command.at, { 'the last fact it measures': latestOccurredAt });
  return early ?? [evaluationSnapshotTaken(frozen)];
}

function evolve(state: SnapshotState, event: RecordedEvent<SnapshotEvent>): SnapshotState {
  return state.status === 'taken'
    ? state
    : { status: 'taken', frozen: event.data, takenAt: event.metadata.occurredAt };
}

/** One taking of a programme's measures; never changed afterwards. */
export const snapshot: Aggregate<SnapshotState, TakeSnapshotCommand, SnapshotEvent> = {
  category: 'snapshot',
  events: snapshotEvents,
  initial: { status: 'none' },
  decide,
  evolve,
};
