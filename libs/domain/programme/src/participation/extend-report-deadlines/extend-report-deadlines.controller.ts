import type { CommandContext } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsNotEmpty,
  IsOptional,
  IsString,
  MaxLength,
} from 'class-validator';
import { LONGEST_REASON } from '../invitation.js';
import {
  ExtendReportDeadlines,
  MOST_EXTENDED,
  type DeadlinesExtended,
} from './extend-report-deadlines.handler.js';

export class ExtendReportDeadlinesBody extends CommandBody {
  @ApiPropertyOptional({ type: [String], description: 'By default every setting that is enrolled' })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_EXTENDED)
  @IsString({ each: true })
  @MaxLength(10, { each: true })
  urns?: string[];

  @ApiProperty({ example: '2025-06-30' })
  @IsString()
  @MaxLength(10)
  dueOn!: string;

  @ApiPropertyOptional({ description: 'By default as long after the due day as before' })
  @IsOptional()
  @IsString()
  @MaxLength(10)
  closesOn?: string;

  @ApiProperty({ maxLength: LONGEST_REASON })
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_REASON)
  reason!: string;
}

@ApiTags('participations')
@ApiBearerAuth()
@Controller('programmes/:programmeId/report-windows/:window')
export class ExtendReportDeadlinesController {
  constructor(private readonly commands: CommandBus) {}

  @Post('extend')
  @HttpCode(200)
  @Roles('operations')
  @ApiOperation({
    summary: 'Extend the deadline of a report for some settings or all, and say what came of each',
  })
  extend(
    @Param('programmeId') programmeId: string,
    @Param('window') window: string,
    @Body() { urns, dueOn, closesOn, reason }: ExtendReportDeadlinesBody,
    @CommandFrom() context: CommandContext,
  ): Promise<DeadlinesExtended> {
    const input = {
      ...{ programmeId, window: Number(window), dueOn, reason, urns: urns ?? ('all' as const) },
      ...(closesOn === undefined ? {} : { closesOn }),
    };
    return this.commands.execute(new ExtendReportDeadlines(input, context));
  }
}
