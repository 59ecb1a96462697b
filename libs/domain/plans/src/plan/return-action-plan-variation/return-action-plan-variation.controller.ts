import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ReturnActionPlanBody } from '../return-action-plan/return-action-plan.controller.js';
import { ReturnActionPlanVariation } from './return-action-plan-variation.handler.js';

@ApiTags('plans')
@Controller('programmes/:programmeId/settings/:urn/plan/variation')
export class ReturnActionPlanVariationController {
  constructor(private readonly commands: CommandBus) {}

  @Post('return')
  @Roles('operations', 'adviser', 'approver')
  @ApiOperation({ summary: 'Give a variation back to its setting with comments; the plan in force stays so' })
  giveBack(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Body() { occurredAt: _, ...said }: ReturnActionPlanBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(new ReturnActionPlanVariation({ ...said, programmeId, urn }, context));
  }
}
