import { NOT_BLANK } from '#kernel';
import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';

import { IsString, Matches, MaxLength } from 'class-validator';

import { LONGEST_REASON } from '../effective-day.js';
import { PauseProgramme } from './pause-programme.handler.js';

export class PauseProgrammeBody extends CommandBody {
  @ApiProperty({ example: 'Decided by the board, minute 14.' })
  @IsString()
  @Matches(new RegExp(NOT_BLANK), { message: 'reason must not be blank' })
  @MaxLength(LONGEST_REASON)
  reason!: string;
}

@ApiTags('programmes')
@ApiBearerAuth()
@Controller('programmes/:programmeId')
export class PauseProgrammeController {
  constructor(private readonly commands: CommandBus) {}

  @Post('pause')
  @Roles('operations', 'administrator')
  @ApiOperation({ summary: 'Pauses a programme: nothing is offered or released until it is resumed' })
  pause(
    @Param('programmeId') programmeId: string,
    @Body() { reason }: PauseProgrammeBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(new PauseProgramme({ programmeId, reason }, context));
  }
}
