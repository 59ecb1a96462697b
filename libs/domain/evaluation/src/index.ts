import type { Policy } from '#platform/jobs';
import type { Projection } from '#platform/read-store';
import { snapshots } from './read-models/snapshots/snapshots.projection.js';

export { EvaluationModule } from './evaluation.module.js';
export type { Measures, Share, StageMeasure } from './measures/measures.schema.js';
export { snapshots, type SnapshotDocument } from './read-models/snapshots/snapshots.projection.js';
export { ListSnapshots } from './read-models/snapshots/snapshots.query.js';
export {
  RetakeSnapshot,
  refuseIfDifferent,
  type RetakenSnapshot,
} from './snapshot/retake-snapshot/retake-snapshot.query.js';
export { snapshot, type FrozenMeasures } from './snapshot/snapshot.js';
export {
  evaluationSnapshotTaken,
  snapshotEvents,
  type Cut,
  type SnapshotEvent,
} from './snapshot/snapshot.events.js';
export { TakeSnapshot } from './snapshot/take-snapshot/take-snapshot.handler.js';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- documents of many shapes, as the runner takes them
export const evaluationProjections: readonly Projection<any>[] = [snapshots];
export const evaluationPolicies: readonly Policy[] = [];
