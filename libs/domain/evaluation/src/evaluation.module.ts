import { Module } from '@nestjs/common';
import { SnapshotsController } from './read-models/snapshots/snapshots.controller.js';
import { ListSnapshotsHandler } from './read-models/snapshots/snapshots.query.js';
import { RetakeSnapshotController } from './snapshot/retake-snapshot/retake-snapshot.controller.js';
import { RetakeSnapshotHandler } from './snapshot/retake-snapshot/retake-snapshot.query.js';
import { TakeSnapshotController } from './snapshot/take-snapshot/take-snapshot.controller.js';
import { TakeSnapshotHandler } from './snapshot/take-snapshot/take-snapshot.handler.js';

@Module({
  controllers: [TakeSnapshotController, RetakeSnapshotController, SnapshotsController],
  providers: [TakeSnapshotHandler, RetakeSnapshotHandler, ListSnapshotsHandler],
})
export class EvaluationModule {}
