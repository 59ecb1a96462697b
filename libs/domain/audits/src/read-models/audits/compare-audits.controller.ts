import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiProduces, ApiQuery, ApiTags } from '@nestjs/swagger';
import { CompareAudits } from './compare-audits.query.js';
import type { AuditComparison } from './comparison.js';
import { cycleAsked } from './cycle-asked.js';
import { ExportAudits, ExportAuditsCsv } from './export-audits.query.js';
import type { WholeAudit } from './whole-audit.js';

const AT_LEAST = {
  name: 'atLeast',
  required: false,
  description: 'A position the answer must have seen',
} as const;

@ApiTags('audits')
@Controller('programmes/:programmeId/settings/:urn/audit')
export class CompareAuditsController {
  constructor(private readonly queries: QueryBus) {}

  @Get('comparison')
  @ApiOperation({
    summary: "A cycle of a setting's audit beside the one before it, by feature and group, and its needs",
    description:
      'By default the newest that is completed. Needs are met (found last time, and no more), new, or persisting.',
  })
  @ApiQuery({ name: 'cycle', required: false, type: Number })
  @ApiQuery(AT_LEAST)
  compare(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Query('cycle') cycle?: string,
    @Query('atLeast') atLeast?: string,
  ): Promise<AuditComparison> {
    return this.queries.execute(new CompareAudits({ programmeId, urn, ...cycleAsked(cycle) }, atLeast));
  }

  @Get('export')
  @ApiOperation({
    summary: "Every cycle of a setting's audit, whole",
    description:
      'Who started it and when; each completion with its groups, ratings, needs and supporters; its return with comments or its sign-off, by whom and when; and the version of the instrument that it rates by.',
  })
  whole(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
  ): Promise<readonly WholeAudit[]> {
    return this.queries.execute(new ExportAudits({ programmeId, urn }));
  }

  @Get('export.csv')
  @Header('content-type', 'text/csv; charset=utf-8')
  @Header('content-disposition', 'attachment; filename="audits.csv"')
  @ApiProduces('text/csv')
  @ApiOperation({
    summary: 'The same as CSV, for a spreadsheet',
    description:
      'A line for the start of each cycle, each completion, group, rating, need and supporter, each return and sign-off. In UTF-8 with a byte order mark.',
  })
  csv(@Param('programmeId') programmeId: string, @Param('urn') urn: string): Promise<string> {
    return this.queries.execute(new ExportAuditsCsv({ programmeId, urn }));
  }
}
