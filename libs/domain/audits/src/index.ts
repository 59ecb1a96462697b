import { auditsProjection } from './read-models/audits/audits.projection.js';

export * from './audit/audit.events.js';
export { audit, auditId, MOST_CYCLES } from './audit/audit.js';
export type { AuditState } from './audit/audit-state.js';
export type { AuditAnswers, CompletedAudit } from './audit/completion.js';
export * from './audit/yardstick.js';
export * from './instrument/instrument.events.js';
export {
  auditInstrument,
  instrumentOf,
  MOST_GROUPS,
  NATIONAL_STRATEGY,
  type NewInstrument,
} from './instrument/instrument.js';
export { instrumentOfAudit } from './instrument/read-instrument/instrument-of-audit.js';
export {
  ShowInstrumentOfAudit,
  type InstrumentOfAudit,
} from './instrument/read-instrument/show-instrument-of-audit.query.js';
export { PublishAuditInstrument } from './instrument/publish-audit-instrument/publish-audit-instrument.handler.js';
export {
  ShowAuditInstrument,
  type InstrumentShown,
} from './instrument/show-audit-instrument/show-audit-instrument.query.js';
export { CompleteAudit, type CompleteAuditInput } from './audit/complete-audit/complete-audit.handler.js';
export { StartAudit } from './audit/start-audit/start-audit.handler.js';
export { ReturnAudit } from './audit/return-audit/return-audit.handler.js';
export { SignOffAudit } from './audit/sign-off-audit/sign-off-audit.handler.js';
export { GetAudit } from './read-models/audits/audits.query.js';
export { CompareAudits } from './read-models/audits/compare-audits.query.js';
export { ExportAudits, ExportAuditsCsv } from './read-models/audits/export-audits.query.js';
export type { WholeAudit } from './read-models/audits/whole-audit.js';
export type { AuditComparison } from './read-models/audits/comparison.js';
export { auditsProjection, type AuditDocument } from './read-models/audits/audits.projection.js';
export { auditTurns, type AuditTurn } from './read-models/audits/audit-turns.js';
export const auditsProjections = [auditsProjection] as const;
export { AuditsModule } from './audits.module.js';
