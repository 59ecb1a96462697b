import { Module } from '@nestjs/common';
import { SettingsController } from './read-models/settings/settings.controller.js';
import { GetSettingHandler, ListSettingsHandler } from './read-models/settings/settings.query.js';
import { ImportSettingsController } from './setting/import-settings/import-settings.controller.js';
import { ImportSettingsHandler } from './setting/import-settings/import-settings.handler.js';
import { ImportWorkforceController } from './setting/import-workforce/import-workforce.controller.js';
import { ImportWorkforceHandler } from './setting/import-workforce/import-workforce.handler.js';

@Module({
  controllers: [ImportSettingsController, ImportWorkforceController, SettingsController],
  providers: [ImportSettingsHandler, ImportWorkforceHandler, ListSettingsHandler, GetSettingHandler],
})
export class SettingsModule {}
