import { NOT_BLANK } from '#kernel';
import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsString,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { TrancheBody } from '../create-programme/create-programme.body.js';
import { LONGEST_REASON } from '../effective-day.js';
import { MOST_TRANCHES } from '../programme-rules.js';
import { ReplaceTrancheSchedule } from './replace-tranche-schedule.handler.js';

export class ReplaceTrancheScheduleBody extends CommandBody {
  @ApiProperty({ type: [TrancheBody] })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_TRANCHES)
  @ValidateNested({ each: true })
  @Type(() => TrancheBody)
  tranches!: TrancheBody[];

  @ApiProperty({ example: '2025-09-01', description: 'The first day on which it is in force.' })
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: '$property must be a date written YYYY-MM-DD' })
  effectiveOn!: string;

  @ApiProperty({ example: 'Decided by the board, minute 14.' })
  @IsString()
  @Matches(new RegExp(NOT_BLANK), { message: 'reason must not be blank' })
  @MaxLength(LONGEST_REASON)
  reason!: string;
}

@ApiTags('programmes')
@ApiBearerAuth()
@Controller('programmes/:programmeId')
export class ReplaceTrancheScheduleController {
  constructor(private readonly commands: CommandBus) {}

  @Post('tranche-schedule')
  @Roles('operations', 'administrator')
  @ApiOperation({ summary: 'Decides a new version of the tranche schedule, for offers made from a day on' })
  replace(
    @Param('programmeId') programmeId: string,
    @Body() { tranches, effectiveOn, reason }: ReplaceTrancheScheduleBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    const input = { programmeId, tranches, effectiveOn, reason };
    return this.commands.execute(new ReplaceTrancheSchedule(input, context));
  }
}
