import { LONGEST_SUBJECT } from '#kernel';
import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsString, MaxLength } from 'class-validator';
import { MOST_BOARD_MEMBERS } from '../governance.js';
import { EffectiveDecisionBody } from '../decision-body/decision.body.js';
import { NameProgrammeBoard } from './name-programme-board.handler.js';

export class NameProgrammeBoardBody extends EffectiveDecisionBody {
  @ApiProperty({ example: ['ada.grant@example.org'], description: 'Subject ids.' })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_BOARD_MEMBERS)
  @IsString({ each: true })
  @MaxLength(LONGEST_SUBJECT, { each: true })
  members!: string[];
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
