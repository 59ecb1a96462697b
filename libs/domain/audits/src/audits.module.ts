import { PartToday } from '#domain/programme';
import { Module } from '@nestjs/common';
import { CompleteAuditController } from './audit/complete-audit/complete-audit.controller.js';
import { CompleteAuditHandler } from './audit/complete-audit/complete-audit.handler.js';
import { ReturnAuditController } from './audit/return-audit/return-audit.controller.js';
import { ReturnAuditHandler } from './audit/return-audit/return-audit.handler.js';
import { SignOffAuditController } from './audit/sign-off-audit/sign-off-audit.controller.js';
import { SignOffAuditHandler } from './audit/sign-off-audit/sign-off-audit.handler.js';
import { StartAuditController } from './audit/start-audit/start-audit.controller.js';
import { StartAuditHandler } from './audit/start-audit/start-audit.handler.js';
import { PublishAuditInstrumentController } from './instrument/publish-audit-instrument/publish-audit-instrument.controller.js';
import { PublishAuditInstrumentHandler } from './instrument/publish-audit-instrument/publish-audit-instrument.handler.js';
import { ShowAuditInstrumentController } from './instrument/show-audit-instrument/show-audit-instrument.controller.js';
import { ShowAuditInstrumentHandler } from './instrument/show-audit-instrument/show-audit-instrument.query.js';
import { ShowInstrumentOfAuditHandler } from './instrument/read-instrument/show-instrument-of-audit.query.js';
import { AuditsController } from './read-models/audits/audits.controller.js';
import { CompareAuditsController } from './read-models/audits/compare-audits.controller.js';
import { CompareAuditsHandler } from './read-models/audits/compare-audits.query.js';
import { ExportAuditsCsvHandler, ExportAuditsHandler } from './read-models/audits/export-audits.query.js';
import { GetAuditHandler } from './read-models/audits/audits.query.js';

@Module({
  controllers: [
    StartAuditController,
    CompleteAuditController,
    SignOffAuditController,
    ReturnAuditController,
    PublishAuditInstrumentController,
    ShowAuditInstrumentController,
    AuditsController,
    CompareAuditsController,
  ],
  providers: [
    StartAuditHandler,
    CompleteAuditHandler,
    SignOffAuditHandler,
    ReturnAuditHandler,
    PublishAuditInstrumentHandler,
    ShowAuditInstrumentHandler,
    ShowInstrumentOfAuditHandler,
    GetAuditHandler,
    PartToday,
    CompareAuditsHandler,
    ExportAuditsHandler,
    ExportAuditsCsvHandler,
  ],
})
export class AuditsModule {}
