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
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { ACTION_STATUSES, MOST_EVIDENCE, MOST_REPORTED_ACTIONS } from '../report-rules.js';
import { windowNumber } from '../window-number.js';
import { SubmitProgressReport } from './submit-progress-report.handler.js';

export class ReportedActionBody {
  @ApiProperty({ maxLength: 60, description: 'An action of the approved plan.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(60)
  actionId!: string;

  @ApiProperty({ enum: ACTION_STATUSES })
  @IsIn(ACTION_STATUSES)
  status!: (typeof ACTION_STATUSES)[number];

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    maximum: LARGEST_PENCE,
    description:
      'Spent up to now, whole pence: no more than the action costs in the approved plan, no less than was accepted before.',
  })
  @IsInt()
  @Min(0)
  @Max(LARGEST_PENCE)
  spentPence!: number;

  @ApiPropertyOptional({
    maxLength: 2000,
    default: '',
    description: 'What was done, and what has come of it beside the outcomes that the plan desires.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  note?: string;

  @ApiPropertyOptional({
    type: [String],
    maxItems: MOST_EVIDENCE,
    default: [],
    description: 'Files that show it, by the SHA-256 they got when they were sent in.',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_EVIDENCE)
  @Matches(/^[0-9a-f]{64}$/, {
    each: true,
    message: 'each of $property must be the SHA-256 of an attachment',
  })
  evidence?: string[];
}

export class ArrivalBody {
  @ApiProperty({ maxLength: 200, example: 'by post' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  how!: string;

  @ApiProperty({ maxLength: 2000, description: 'Why it came so, and is recorded only now.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(2000)
  why!: string;
}

export class SubmitProgressReportBody extends CommandBody {
  @ApiProperty({ maxLength: 4000 })
  @IsString()
  @IsNotEmpty()
  @MaxLength(4000)
  summary!: string;

  @ApiProperty({
    type: [ReportedActionBody],
    description: 'Every action of the approved plan, also those not started, with nothing spent.',
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_REPORTED_ACTIONS)
  @ValidateNested({ each: true })
  @Type(() => ReportedActionBody)
  actions!: ReportedActionBody[];

  @ApiPropertyOptional({
    type: ArrivalBody,
    description:
      'How a report came that operations records for a setting; needed if it came on an earlier day than today.',
  })
  @IsOptional()
  @ValidateNested()
  @Type(() => ArrivalBody)
  arrival?: ArrivalBody;
}

@ApiTags('reporting')
@Controller('programmes/:programmeId/settings/:urn/reports/:window')
export class SubmitProgressReportController {
  constructor(private readonly commands: CommandBus) {}

  @Post('submit')
  @Roles('operations', 'setting')
  @ApiOperation({
    summary: 'Report progress against the approved plan, or correct a report not yet accepted',
    description:
      'It counts from the day it is received; only operations may give an earlier day as `occurredAt`, with `arrival`. ' +
      'After the part of a setting has ended it may be sent for any window of which no report is accepted.',
  })
  submit(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Param('window') window: string,
    @Body() { occurredAt: _, ...contents }: SubmitProgressReportBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    const input = { ...contents, programmeId, urn, window: windowNumber(window) };
    return this.commands.execute(new SubmitProgressReport(input, context));
  }
}
