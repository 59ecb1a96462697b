import { auditsProjection } from './read-models/audits/audits.projection.js';

export * from './audit/audit.events.js';
export { audit, auditId, MOST_CYCLES, type AuditState, type CompletedAudit } from './audit/audit.js';
export * from './audit/yardstick.js';
export { CompleteAudit, type CompleteAuditInput } from './audit/complete-audit/complete-audit.handler.js';
export { StartAudit } from './audit/start-audit/start-audit.handler.js';
export { GetAudit } from './read-models/audits/audits.query.js';
export { auditsProjection, type AuditDocument } from './read-models/audits/audits.projection.js';
export const auditsProjections = [auditsProjection] as const;
export { AuditsModule } from './audits.module.js';
