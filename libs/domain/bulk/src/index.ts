export { BULK_ACTIONS, type BulkAction, type BulkDefaults } from './bulk/read-rows/bulk-columns.js';
export { LARGEST_BULK_BYTES } from './bulk/read-rows/bulk-rows.js';
export type { BulkAnswer } from './bulk/keep-bulk/bulk-answer.js';
export { BULK_FILTERS } from './bulk/read-rows/bulk-filters.js';
export { DryRunBulk, type BulkProgress } from './bulk/dry-run-bulk/dry-run-bulk.handler.js';
export { ConfirmBulk } from './bulk/confirm-bulk/confirm-bulk.handler.js';
export { ShowBulk, type BulkShown } from './bulk/show-bulk/show-bulk.query.js';
export { BulkModule } from './bulk.module.js';
