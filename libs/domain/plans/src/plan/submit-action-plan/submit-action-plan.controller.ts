import { MOST_CYCLES } from '#domain/audits';
import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsInt,
  IsOptional,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { MOST_ACTIONS } from '../plan-rules.js';
import { PlanActionBody } from './plan-action.body.js';
import { SubmitActionPlan } from './submit-action-plan.handler.js';

export class SubmitActionPlanBody extends CommandBody {
  @ApiPropertyOptional({ minimum: 1, description: 'Default: the newest audit that was completed by then.' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MOST_CYCLES)
  auditCycle?: number;

  @ApiProperty({ type: [PlanActionBody] })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_ACTIONS)
  @ValidateNested({ each: true })
  @Type(() => PlanActionBody)
  actions!: PlanActionBody[];
}

@ApiTags('plans')
@Controller('programmes/:programmeId/settings/:urn/plan')
export class SubmitActionPlanController {
  constructor(private readonly commands: CommandBus) {}

  @Post('submit')
  @Roles('operations', 'setting')
  @ApiOperation({ summary: 'Submit an action plan tied to the needs of the audit, or submit it again' })
  submit(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Body() { occurredAt: _, ...submission }: SubmitActionPlanBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(new SubmitActionPlan({ ...submission, programmeId, urn }, context));
  }
}
