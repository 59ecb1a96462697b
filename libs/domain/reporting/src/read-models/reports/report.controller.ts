import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { windowNumber } from '../../report/window-number.js';
import { GetReport } from './get-report.query.js';
import type { ReportDocument } from './reports.projection.js';

@ApiTags('reporting')
@Controller('programmes/:programmeId/settings/:urn/reports/:window')
export class ReportController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({
    summary: "A setting's report for one window, with what shows it",
    description: 'Its `ETag`, sent back as `If-Match`, accepts or returns what was read and nothing newer.',
  })
  @ApiQuery({ name: 'atLeast', required: false, description: 'A position the answer must have seen' })
  async get(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Param('window') window: string,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query('atLeast') atLeast?: string,
  ): Promise<ReportDocument> {
    const input = { programmeId, urn, window: windowNumber(window) };
    const report = await this.queries.execute<GetReport, ReportDocument>(new GetReport(input, atLeast));
    if (report.revision !== null) void reply.header('etag', `"${report.revision}"`);
    return report;
  }
}
