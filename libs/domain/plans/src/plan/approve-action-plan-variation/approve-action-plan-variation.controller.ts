import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';

import { ApproveActionPlanVariation } from './approve-action-plan-variation.handler.js';

export class ApproveActionPlanVariationBody extends CommandBody {}

@ApiTags('plans')
@Controller('programmes/:programmeId/settings/:urn/plan/variation')
export class ApproveActionPlanVariationController {
  constructor(private readonly commands: CommandBus) {}

  @Post('approve')
  @Roles('approver')
  @ApiOperation({
    summary:
      'Approve a variation, which is in force from then on; never by somebody who submitted a version of the plan',
  })
  approve(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Body() _: ApproveActionPlanVariationBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(new ApproveActionPlanVariation({ programmeId, urn }, context));
  }
}
