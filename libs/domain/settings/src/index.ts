import type { Policy } from '#platform/jobs';
import { settingsProjection } from './read-models/settings/settings.projection.js';

export { fteInTenThousandths, isFte, isSameFte, parseFte, SUPPRESSED } from './setting/fte.js';
export * from './setting/setting.events.js';
export { EnterWorkforceFigure } from './setting/enter-workforce-figure/enter-workforce-figure.handler.js';
export { VerifyWorkforceFigure } from './setting/verify-workforce-figure/verify-workforce-figure.handler.js';
export { RejectWorkforceFigure } from './setting/reject-workforce-figure/reject-workforce-figure.handler.js';
export { afterFigure, isLaterYear, type CurrentFigure, type FigureEvent } from './setting/current-figure.js';
export { closureOf, entryOn } from './setting/register-entries.js';
export { setting, type SettingState } from './setting/setting.js';
export { flagOf, SETTING_STATUSES, type SettingFlag } from './setting/setting-rules.js';
export type { ImportProgress } from './setting/import-rows.js';
export { ImportSettings, type SettingsImported } from './setting/import-settings/import-settings.handler.js';
export { ImportLinks, type LinksImported } from './setting/import-links/import-links.handler.js';
export {
  ImportWorkforce,
  type WorkforceImported,
} from './setting/import-workforce/import-workforce.handler.js';
export { ConfirmImport, type ImportConfirmed } from './setting/confirm-import/confirm-import.handler.js';
export { DryRunImport, type ImportDryRun } from './setting/dry-run-import/dry-run-import.handler.js';
export type { Importable } from './setting/dry-run-import/importable.js';
export { GetSetting, ListSettings, type SettingsFilter } from './read-models/settings/settings.query.js';
export { namesNow, type NameNow } from './read-models/settings/names-now.js';
export {
  settingsProjection,
  sortNameOf,
  type SettingDocument,
} from './read-models/settings/settings.projection.js';
export const settingsProjections = [settingsProjection] as const;
export const settingsPolicies: readonly Policy[] = [];
export { SettingsModule } from './settings.module.js';
