import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsNotEmpty,
  IsOptional,
  IsString,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { MOST_ACTIONS } from '../plan-rules.js';
import { ReturnActionPlan } from './return-action-plan.handler.js';

export class PlanActionCommentBody {
  @ApiProperty({ maxLength: 60, description: 'An action of the version that goes back.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(60)
  actionId!: string;

  @ApiProperty({ maxLength: 2000 })
  @IsString()
  @IsNotEmpty()
  @MaxLength(2000)
  comment!: string;
}

export class ReturnActionPlanBody extends CommandBody {
  @ApiProperty({ maxLength: 4000, description: 'What the setting should change.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(4000)
  comments!: string;

  @ApiPropertyOptional({ type: [PlanActionCommentBody], default: [] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_ACTIONS)
  @ValidateNested({ each: true })
  @Type(() => PlanActionCommentBody)
  actions?: PlanActionCommentBody[];
}

@ApiTags('plans')
@Controller('programmes/:programmeId/settings/:urn/plan')
export class ReturnActionPlanController {
  constructor(private readonly commands: CommandBus) {}

  @Post('return')
  @Roles('operations', 'adviser', 'approver')
  @ApiOperation({ summary: 'Give a submitted plan back to its setting with comments' })
  giveBack(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Body() { occurredAt: _, ...said }: ReturnActionPlanBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(new ReturnActionPlan({ ...said, programmeId, urn }, context));
  }
}
