import { NOT_BLANK } from '#kernel';
import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';

import { IsString, Matches, MaxLength } from 'class-validator';

import { LONGEST_REASON } from '../effective-day.js';
import { ResumeProgramme } from './resume-programme.handler.js';

export class ResumeProgrammeBody extends CommandBody {
  @ApiProperty({ example: 'Decided by the board, minute 14.' })
  @IsString()
  @Matches(new RegExp(NOT_BLANK), { message: 'reason must not be blank' })
  @MaxLength(LONGEST_REASON)
  reason!: string;
}

@ApiTags('programmes')
@ApiBearerAuth()
@Controller('programmes/:programmeId')
export class ResumeProgrammeController {
  constructor(private readonly commands: CommandBus) {}

  @Post('resume')
  @Roles('operations', 'administrator')
  @ApiOperation({ summary: 'Lets a paused programme go on' })
  resume(
    @Param('programmeId') programmeId: string,
    @Body() { reason }: ResumeProgrammeBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(new ResumeProgramme({ programmeId, reason }, context));
  }
}
