import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { SubmitActionPlanBody } from '../submit-action-plan/submit-action-plan.controller.js';
import { VaryActionPlan } from './vary-action-plan.handler.js';

export class VaryActionPlanBody extends SubmitActionPlanBody {
  @ApiProperty({ maxLength: 2000, description: 'Why the approved plan no longer serves.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(2000)
  reason!: string;
}

@ApiTags('plans')
@Controller('programmes/:programmeId/settings/:urn/plan')
export class VaryActionPlanController {
  constructor(private readonly commands: CommandBus) {}

  @Post('vary')
  @Roles('operations', 'setting')
  @ApiOperation({
    summary:
      'Vary an approved plan: all its actions anew, to be approved while the old version stays in force',
  })
  vary(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Body() { occurredAt: _, ...submission }: VaryActionPlanBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(new VaryActionPlan({ ...submission, programmeId, urn }, context));
  }
}
