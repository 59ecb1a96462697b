import { NoSetting } from '#platform/http';
import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ShowAuditInstrument, type InstrumentShown } from './show-audit-instrument.query.js';

@ApiTags('audits')
@Controller('programmes/:programmeId/audit-instrument')
export class ShowAuditInstrumentController {
  constructor(private readonly queries: QueryBus) {}

  @Get('versions')
  @NoSetting('what every setting is asked, the same for all')
  @ApiOperation({ summary: 'Every version of the instrument that audits rate by, and which is in force' })
  versions(@Param('programmeId') programmeId: string): Promise<readonly InstrumentShown[]> {
    return this.queries.execute(new ShowAuditInstrument(programmeId));
  }
}
