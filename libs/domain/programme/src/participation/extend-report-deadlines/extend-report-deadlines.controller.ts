import type { CommandContext } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsNotEmpty,
  IsOptional,
  IsString,
  MaxLength,
} from 'class-validator';
import { LONGEST_REASON } from '../invitation.js';
import {
  ExtendReportDeadlines,
  MOST_EXTENDED,
  MOST_TOLD,
  settingsMeant,
  type DeadlinesExtended,
} from './extend-report-deadlines.handler.js';

export class ExtendReportDeadlinesBody extends CommandBody {
  @ApiPropertyOptional({ type: [String], description: 'The settings it is for; or else all' })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_EXTENDED)
  @IsString({ each: true })
  @MaxLength(10, { each: true })
  urns?: string[];

  @ApiPropertyOptional({ description: 'true, and no urns: it is for every setting that is enrolled' })
  @IsOptional()
  @IsBoolean()
  all?: boolean;

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
    description: `Of each outcome the first ${MOST_TOLD} settings are told; the counts are of all. Sent again it finishes what was interrupted.`,
  })
  extend(
    @Param('programmeId') programmeId: string,
    @Param('window') window: string,
    @Body() { urns, all, dueOn, closesOn, reason }: ExtendReportDeadlinesBody,
    @CommandFrom() context: CommandContext,
  ): Promise<DeadlinesExtended> {
    const input = {
      ...{ programmeId, window: Number(window), dueOn, reason, urns: settingsMeant(urns, all) },
      ...(closesOn === undefined ? {} : { closesOn }),
    };
    return this.commands.execute(new ExtendReportDeadlines(input, context));
  }
}
