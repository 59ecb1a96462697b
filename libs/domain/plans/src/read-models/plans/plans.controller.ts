import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { GetPlan, type PlanShown } from './plans.query.js';

@ApiTags('plans')
@Controller('programmes/:programmeId/settings/:urn/plan')
export class PlansController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({
    summary: "A setting's action plan: its version in force once approved, else the newest",
    description:
      'With what the setting is allocated, and by how much the plan costs more: then no tranche is signed until it is varied.',
  })
  @ApiQuery({ name: 'atLeast', required: false, description: 'A position the answer must have seen' })
  get(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Query('atLeast') atLeast?: string,
  ): Promise<PlanShown> {
    return this.queries.execute(new GetPlan({ programmeId, urn }, atLeast));
  }
}
