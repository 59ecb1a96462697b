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
import { EnterWorkforceFigureController } from './setting/enter-workforce-figure/enter-workforce-figure.controller.js';
import { EnterWorkforceFigureHandler } from './setting/enter-workforce-figure/enter-workforce-figure.handler.js';
import { VerifyWorkforceFigureController } from './setting/verify-workforce-figure/verify-workforce-figure.controller.js';
import { VerifyWorkforceFigureHandler } from './setting/verify-workforce-figure/verify-workforce-figure.handler.js';
import { RejectWorkforceFigureController } from './setting/reject-workforce-figure/reject-workforce-figure.controller.js';
import { RejectWorkforceFigureHandler } from './setting/reject-workforce-figure/reject-workforce-figure.handler.js';

@Module({
  controllers: [
    ImportLinksController,
    ImportSettingsController,
    ImportWorkforceController,
    DryRunImportController,
    ConfirmImportController,
    EnterWorkforceFigureController,
    VerifyWorkforceFigureController,
    RejectWorkforceFigureController,
    SettingsController,
  ],
  providers: [
    EnterWorkforceFigureHandler,
    VerifyWorkforceFigureHandler,
    RejectWorkforceFigureHandler,
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
