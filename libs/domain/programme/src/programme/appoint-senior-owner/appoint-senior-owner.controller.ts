import { NOT_BLANK } from '#kernel';
import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsString, Matches, MaxLength } from 'class-validator';
import { LONGEST_REASON } from '../effective-day.js';
import { LONGEST_SUBJECT } from '../governance.js';
import { AppointSeniorOwner } from './appoint-senior-owner.handler.js';

export class AppointSeniorOwnerBody extends CommandBody {
  @ApiProperty({ example: 'ada.grant@example.org', description: 'A subject id.' })
  @IsString()
  @Matches(new RegExp(NOT_BLANK), { message: 'subject must not be blank' })
  @MaxLength(LONGEST_SUBJECT)
  subject!: string;

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
export class AppointSeniorOwnerController {
  constructor(private readonly commands: CommandBus) {}

  @Post('senior-owner')
  @Roles('operations', 'administrator')
  @ApiOperation({ summary: 'Names the senior responsible owner (SRO) from a day on' })
  appoint(
    @Param('programmeId') programmeId: string,
    @Body() { subject, effectiveOn, reason }: AppointSeniorOwnerBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    const input = { programmeId, subject, effectiveOn, reason };
    return this.commands.execute(new AppointSeniorOwner(input, context));
  }
}
