import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';

import { ApproveActionPlan } from './approve-action-plan.handler.js';

export class ApproveActionPlanBody extends CommandBody {}

@ApiTags('plans')
@Controller('programmes/:programmeId/settings/:urn/plan')
export class ApproveActionPlanController {
  constructor(private readonly commands: CommandBus) {}

  @Post('approve')
  @Roles('approver')
  @ApiOperation({ summary: 'Approve a submitted plan; never by somebody who submitted it' })
  approve(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Body() _: ApproveActionPlanBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(new ApproveActionPlan({ programmeId, urn }, context));
  }
}
