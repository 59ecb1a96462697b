import { OwnSettings } from '#platform/http';
import { pageLimit, type Page } from '#platform/read-store';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { ReportDocument } from './reports.projection.js';
import { REPORT_STATUSES } from './reports.projection.js';
import { ListReports } from './reports.query.js';

@ApiTags('reporting')
@Controller('programmes/:programmeId')
export class ReportsController {
  constructor(private readonly queries: QueryBus) {}

  @Get('reports')
  @ApiOperation({ summary: 'Reports of a programme by due date, also those that have not come yet' })
  @ApiQuery({ name: 'status', required: false, enum: REPORT_STATUSES })
  @ApiQuery({ name: 'limit', required: false, type: Number })
  @ApiQuery({ name: 'cursor', required: false })
  @ApiQuery({ name: 'atLeast', required: false, description: 'A position the answer must have seen' })
  ofProgramme(
    @Param('programmeId') programmeId: string,
    @OwnSettings() urns: readonly string[] | undefined,
    @Query('status') status?: string,
    @Query('limit') limit?: string,
    @Query('cursor') cursor?: string,
    @Query('atLeast') atLeast?: string,
  ): Promise<Page<ReportDocument>> {
    const input = {
      programmeId,
      ...(urns === undefined ? {} : { urns }),
      ...(status === undefined ? {} : { status }),
      ...pageLimit(limit),
      ...(cursor === undefined ? {} : { cursor }),
    };
    return this.queries.execute(new ListReports(input, atLeast));
  }

  @Get('settings/:urn/reports')
  @ApiOperation({ summary: "A setting's reports, one for each window" })
  @ApiQuery({ name: 'atLeast', required: false, description: 'A position the answer must have seen' })
  ofSetting(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Query('atLeast') atLeast?: string,
  ): Promise<Page<ReportDocument>> {
    return this.queries.execute(new ListReports({ programmeId, urn }, atLeast));
  }
}
