import { defineProjection } from '#platform/read-store';
import type { Measures } from '../../measures/measures.schema.js';
import { snapshotEvents, type Cut } from '../../snapshot/snapshot.events.js';

/** A snapshot as people list it. */
export interface SnapshotDocument {
  readonly id: string;
  readonly programmeId: string;
  readonly takenAt: string;
  readonly recordedAt: string;
  readonly takenBy: string;
  readonly cut: Cut;
  readonly hash: string;
  readonly historyHash: string;
  readonly measures: Measures;
}

export const snapshots = defineProjection<SnapshotDocument>()({
  collection: { name: 'snapshots', version: 1, indexes: { byProgramme: ['programmeId', 'recordedAt'] } },
  of: [...snapshotEvents],
  when: {
    EvaluationSnapshotTaken: {
      touches: (event) => [event.data.snapshotId],
      apply: (_, { data, metadata }) => ({
        id: data.snapshotId,
        programmeId: data.programmeId,
        takenAt: metadata.occurredAt,
        recordedAt: metadata.recordedAt,
        takenBy: metadata.actor.subject,
        cut: data.cut,
        hash: data.hash,
        historyHash: data.historyHash,
        measures: data.measures,
      }),
    },
  },
  ignores: [],
});
