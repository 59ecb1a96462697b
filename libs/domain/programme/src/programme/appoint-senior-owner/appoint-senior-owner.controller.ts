import { LONGEST_SUBJECT, NOT_BLANK } from '#kernel';
import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsString, Matches, MaxLength } from 'class-validator';
import { EffectiveDecisionBody } from '../decision-body/decision.body.js';
import { AppointSeniorOwner } from './appoint-senior-owner.handler.js';

export class AppointSeniorOwnerBody extends EffectiveDecisionBody {
  @ApiProperty({ example: 'ada.grant@example.org', description: 'A subject id.' })
  @IsString()
  @Matches(new RegExp(NOT_BLANK), { message: 'subject must not be blank' })
  @MaxLength(LONGEST_SUBJECT)
  subject!: string;
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
