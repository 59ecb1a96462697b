import { NOT_BLANK } from '#kernel';
import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';

import { IsString, Matches, MaxLength } from 'class-validator';

import { LONGEST_REASON } from '../effective-day.js';
import { CloseProgramme } from './close-programme.handler.js';

export class CloseProgrammeBody extends CommandBody {
  @ApiProperty({ example: 'Decided by the board, minute 14.' })
  @IsString()
  @Matches(new RegExp(NOT_BLANK), { message: 'reason must not be blank' })
  @MaxLength(LONGEST_REASON)
  reason!: string;
}

@ApiTags('programmes')
@ApiBearerAuth()
@Controller('programmes/:programmeId')
export class CloseProgrammeController {
  constructor(private readonly commands: CommandBus) {}

  @Post('close')
  @Roles('operations', 'administrator')
  @ApiOperation({ summary: 'Closes a programme for good, if no money is out and nothing is unfinished' })
  close(
    @Param('programmeId') programmeId: string,
    @Body() { reason }: CloseProgrammeBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(new CloseProgramme({ programmeId, reason }, context));
  }
}
