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
import { MOST_REPORTED_ACTIONS } from '../report-rules.js';
import { JUDGED_AS_READ } from '../judged-as-read.js';
import { windowNumber } from '../window-number.js';
import { ReturnProgressReport } from './return-progress-report.handler.js';

export class ActionCommentBody {
  @ApiProperty({ maxLength: 60, description: 'An action the report tells of.' })
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

export class ReturnProgressReportBody extends CommandBody {
  @ApiProperty({ maxLength: 4000 })
  @IsString()
  @IsNotEmpty()
  @MaxLength(4000)
  comments!: string;

  @ApiPropertyOptional({ type: [ActionCommentBody], default: [] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_REPORTED_ACTIONS)
  @ValidateNested({ each: true })
  @Type(() => ActionCommentBody)
  actions?: ActionCommentBody[];
}

@ApiTags('reporting')
@Controller('programmes/:programmeId/settings/:urn/reports/:window')
export class ReturnProgressReportController {
  constructor(private readonly commands: CommandBus) {}

  @Post('return')
  @Roles('approver')
  @ApiOperation({
    summary: 'Give a submitted report back to its setting with comments, to be sent again',
    description: JUDGED_AS_READ,
  })
  giveBack(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Param('window') window: string,
    @Body() { occurredAt: _, ...verdict }: ReturnProgressReportBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    const input = { ...verdict, programmeId, urn, window: windowNumber(window) };
    return this.commands.execute(new ReturnProgressReport(input, context));
  }
}
