import { NOT_BLANK } from '#kernel';
import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsString, Matches, MaxLength } from 'class-validator';
import { LONGEST_REASON } from '../effective-day.js';
import { LONGEST_SUBJECT, MOST_BOARD_MEMBERS } from '../governance.js';
import { NameProgrammeBoard } from './name-programme-board.handler.js';

export class NameProgrammeBoardBody extends CommandBody {
  @ApiProperty({ example: ['ada.grant@example.org'], description: 'Subject ids.' })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_BOARD_MEMBERS)
  @IsString({ each: true })
  @MaxLength(LONGEST_SUBJECT, { each: true })
  members!: string[];

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
export class NameProgrammeBoardController {
  constructor(private readonly commands: CommandBus) {}

  @Post('board')
  @Roles('operations', 'administrator')
  @ApiOperation({ summary: 'Names the programme board from a day on' })
  name(
    @Param('programmeId') programmeId: string,
    @Body() { members, effectiveOn, reason }: NameProgrammeBoardBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    const input = { programmeId, members, effectiveOn, reason };
    return this.commands.execute(new NameProgrammeBoard(input, context));
  }
}
