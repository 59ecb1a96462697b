import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import {
  ShowInstrumentOfAudit,
  type InstrumentOfAudit,
} from '../../instrument/read-instrument/show-instrument-of-audit.query.js';
import type { AuditDocument } from './audits.projection.js';
import { GetAudit } from './audits.query.js';
import { cycleAsked } from './cycle-asked.js';

@ApiTags('audits')
@Controller('programmes/:programmeId/settings/:urn/audit')
export class AuditsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({ summary: "A setting's audit: the newest cycle, or the one asked for" })
  @ApiQuery({ name: 'cycle', required: false, type: Number })
  @ApiQuery({ name: 'atLeast', required: false, description: 'A position the answer must have seen' })
  get(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Query('cycle') cycle?: string,
    @Query('atLeast') atLeast?: string,
  ): Promise<AuditDocument> {
    return this.queries.execute(new GetAudit({ programmeId, urn, ...cycleAsked(cycle) }, atLeast));
  }

  @Get('instrument')
  @ApiOperation({
    summary: 'The version of the instrument that an audit of the setting rates by',
    description:
      'Of the cycle asked for; else of the one in progress, started or returned; else (`cycle` is null) the one in force, by which the next would rate.',
  })
  @ApiQuery({ name: 'cycle', required: false, type: Number })
  instrument(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Query('cycle') cycle?: string,
  ): Promise<InstrumentOfAudit> {
    return this.queries.execute(new ShowInstrumentOfAudit({ programmeId, urn, ...cycleAsked(cycle) }));
  }
}
