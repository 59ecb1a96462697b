import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { PlanDocument } from './plans.projection.js';
import { GetPlan } from './plans.query.js';

@ApiTags('plans')
@Controller('programmes/:programmeId/settings/:urn/plan')
export class PlansController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({ summary: "A setting's action plan at its newest version" })
  @ApiQuery({ name: 'atLeast', required: false, description: 'A position the answer must have seen' })
  get(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Query('atLeast') atLeast?: string,
  ): Promise<PlanDocument> {
    return this.queries.execute(new GetPlan({ programmeId, urn }, atLeast));
  }
}
