import { Module } from '@nestjs/common';
import { BulkFilters } from './bulk/read-rows/bulk-filters.js';
import { CarryOutBulk } from './bulk/carry-out-bulk/carry-out-bulk.job.js';
import { ConfirmBulkController } from './bulk/confirm-bulk/confirm-bulk.controller.js';
import { ConfirmBulkHandler } from './bulk/confirm-bulk/confirm-bulk.handler.js';
import { DryRunBulkController } from './bulk/dry-run-bulk/dry-run-bulk.controller.js';
import { DryRunBulkHandler } from './bulk/dry-run-bulk/dry-run-bulk.handler.js';
import { RowCommands } from './bulk/run-row/row-commands.js';
import { ShowBulkController } from './bulk/show-bulk/show-bulk.controller.js';
import { ShowBulkHandler } from './bulk/show-bulk/show-bulk.query.js';

@Module({
  controllers: [DryRunBulkController, ConfirmBulkController, ShowBulkController],
  providers: [RowCommands, BulkFilters, DryRunBulkHandler, ConfirmBulkHandler, CarryOutBulk, ShowBulkHandler],
})
export class BulkModule {}
