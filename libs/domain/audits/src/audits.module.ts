import { Module } from '@nestjs/common';
import { CompleteAuditController } from './audit/complete-audit/complete-audit.controller.js';
import { CompleteAuditHandler } from './audit/complete-audit/complete-audit.handler.js';
import { StartAuditController } from './audit/start-audit/start-audit.controller.js';
import { StartAuditHandler } from './audit/start-audit/start-audit.handler.js';
import { AuditsController } from './read-models/audits/audits.controller.js';
import { GetAuditHandler } from './read-models/audits/audits.query.js';

@Module({
  controllers: [StartAuditController, CompleteAuditController, AuditsController],
  providers: [StartAuditHandler, CompleteAuditHandler, GetAuditHandler],
})
export class AuditsModule {}
