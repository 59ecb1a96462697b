import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProduces, ApiQuery, ApiTags } from '@nestjs/swagger';
import { versionNumber, type PlanDifference, type PlanVersion } from '../plan-versions.js';
import type { PrioritisationMatrix } from '../prioritisation.js';
import {
  ComparePlanVersions,
  ExportPlanCsv,
  GetPrioritisation,
  ListPlanVersions,
} from './review-plan.query.js';

@ApiTags('plans')
@ApiBearerAuth()
@Controller('programmes/:programmeId/settings/:urn/plan')
export class ReviewPlanController {
  constructor(private readonly queries: QueryBus) {}

  @Get('versions')
  @ApiOperation({ summary: 'Every version of a plan, the first first, with what was said of each' })
  versions(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
  ): Promise<readonly PlanVersion[]> {
    return this.queries.execute(new ListPlanVersions({ programmeId, urn }));
  }

  @Get('export.csv')
  @Header('content-type', 'text/csv; charset=utf-8')
  @Header('content-disposition', 'attachment; filename="action-plan.csv"')
  @ApiProduces('text/csv')
  @ApiOperation({
    summary: 'Every version of a plan as CSV, for a spreadsheet',
    description:
      'A line for each action of each version, with all that it says and what was said of it, by whom and when. In UTF-8 with a byte order mark.',
  })
  csv(@Param('programmeId') programmeId: string, @Param('urn') urn: string): Promise<string> {
    return this.queries.execute(new ExportPlanCsv({ programmeId, urn }));
  }

  @Get('difference')
  @ApiOperation({
    summary: 'What is otherwise in one version than in another, action by action and field by field',
  })
  @ApiQuery({ name: 'from', required: false, type: Number, description: 'By default the one before `to`' })
  @ApiQuery({ name: 'to', required: false, type: Number, description: 'By default the newest' })
  difference(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Query('from') from?: string,
    @Query('to') to?: string,
  ): Promise<PlanDifference> {
    const versions = {
      ...(from === undefined ? {} : { from: versionNumber(from, 'from') }),
      ...(to === undefined ? {} : { to: versionNumber(to, 'to') }),
    };
    return this.queries.execute(new ComparePlanVersions({ programmeId, urn, ...versions }));
  }

  @Get('prioritisation')
  @ApiOperation({ summary: 'The actions of a plan by do-ability and impact' })
  @ApiQuery({ name: 'version', required: false, type: Number, description: 'By default the newest' })
  prioritisation(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Query('version') version?: string,
  ): Promise<PrioritisationMatrix> {
    const asked = version === undefined ? {} : { version: versionNumber(version, 'version') };
    return this.queries.execute(new GetPrioritisation({ programmeId, urn, ...asked }));
  }
}
