import { defineEvent, SHA256, type EventOf } from '#kernel';
import { Type } from 'typebox';
import { Measures } from '../measures/measures.schema.js';

const Sha256 = Type.String({ pattern: SHA256 });

/** Where in history something was measured: after its `count`-th event, whose id is `eventId`. The same on every engine. */
export const Cut = Type.Object({
  eventId: Type.String({ minLength: 1, maxLength: 100 }),
  count: Type.Integer({ minimum: 1 }),
});
export type Cut = Readonly<{ eventId: string; count: number }>;

export const evaluationSnapshotTaken = defineEvent(
  'EvaluationSnapshotTaken',
  1,
  'The measures of a programme were taken at a cut through history and frozen under a hash of their content.',
  Type.Object({
    snapshotId: Type.String({ minLength: 1, maxLength: 100 }),
    programmeId: Type.String({ minLength: 1, maxLength: 60 }),
    cut: Cut,
    /** SHA-256 over the canonical JSON of { programmeId, cut, historyHash, measures }. */
    hash: Sha256,
    /** RFC 6962 head over every event of the log up to the cut, this programme's or not. */
    historyHash: Sha256,
    measures: Measures,
  }),
);

export const snapshotEvents = [evaluationSnapshotTaken] as const;
export type SnapshotEvent = EventOf<(typeof snapshotEvents)[number]>;
