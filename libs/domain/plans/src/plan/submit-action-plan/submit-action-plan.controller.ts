import { MOST_CYCLES } from '#domain/audits';
import { LARGEST_PENCE } from '#kernel';
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
  IsNotEmpty,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { LARGEST_HEADCOUNT, MOST_ACTIONS } from '../plan-rules.js';
import { SubmitActionPlan } from './submit-action-plan.handler.js';

export class PlanActionBody {
  @ApiProperty({
    maxLength: 60,
    example: 'phonics-training',
    description: 'Lower-case words joined by hyphens.',
  })
  @IsString()
  @IsNotEmpty()
  @MaxLength(60)
  actionId!: string;

  @ApiProperty({ maxLength: 60, description: 'A need of the audit.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(60)
  needId!: string;

  @ApiProperty({ maxLength: 500 })
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  activity!: string;

  @ApiProperty({ maxLength: 300, description: 'Whom it is for.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(300)
  audience!: string;

  @ApiProperty({ minimum: 1, maximum: LARGEST_HEADCOUNT })
  @IsInt()
  @Min(1)
  @Max(LARGEST_HEADCOUNT)
  headcount!: number;

  @ApiProperty({ type: 'integer', minimum: 1, maximum: LARGEST_PENCE, description: 'Whole pence.' })
  @IsInt()
  @Min(1)
  @Max(LARGEST_PENCE)
  costPence!: number;

  @ApiProperty({ example: '2024-01-15', description: 'YYYY-MM-DD, within the programme.' })
  @IsString()
  @MaxLength(10)
  startsOn!: string;

  @ApiProperty({
    example: '2024-03-22',
    description: 'YYYY-MM-DD, within the programme, not before startsOn.',
  })
  @IsString()
  @MaxLength(10)
  endsOn!: string;

  @ApiProperty({ maxLength: 1000 })
  @IsString()
  @IsNotEmpty()
  @MaxLength(1000)
  desiredOutcome!: string;
}

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
