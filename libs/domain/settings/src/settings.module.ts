import { Module } from '@nestjs/common';
import { SettingsController } from './read-models/settings/settings.controller.js';
import { GetSettingHandler, ListSettingsHandler } from './read-models/settings/settings.query.js';
import { ConfirmImportController } from './setting/confirm-import/confirm-import.controller.js';
import { ConfirmImportHandler } from './setting/confirm-import/confirm-import.handler.js';
import { DryRunImportController } from './setting/dry-run-import/dry-run-import.controller.js';
import { DryRunImportHandler } from './setting/dry-run-import/dry-run-import.handler.js';
import { ImportSettingsController } from './setting/import-settings/import-settings.controller.js';
import { ImportSettingsHandler } from './setting/import-settings/import-settings.handler.js';
import { ImportLinksController } from './setting/import-links/import-links.controller.js';
import { ImportLinksHandler } from './setting/import-links/import-links.handler.js';
import { ImportWorkforceController } from './setting/import-workforce/import-workforce.controller.js';
import { ImportWorkforceHandler } from './setting/import-workforce/import-workforce.handler.js';

@Module({
  controllers: [
    ImportLinksController,
    ImportSettingsController,
    ImportWorkforceController,
    DryRunImportController,
    ConfirmImportController,
    SettingsController,
  ],
  providers: [
    ImportLinksHandler,
    ImportSettingsHandler,
    ImportWorkforceHandler,
    DryRunImportHandler,
    ConfirmImportHandler,
    ListSettingsHandler,
    GetSettingHandler,
  ],
})
export class SettingsModule {}
