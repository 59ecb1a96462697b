import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { LONGEST_REASON } from '../invitation.js';
import { DeclineInvitation } from './decline-invitation.handler.js';

export class DeclineInvitationBody extends CommandBody {
  @ApiProperty({ maxLength: LONGEST_REASON, description: 'Why it will not take part.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_REASON)
  reason!: string;
}

@ApiTags('participations')
@ApiBearerAuth()
@Controller('programmes/:programmeId/participations/:urn')
export class DeclineInvitationController {
  constructor(private readonly commands: CommandBus) {}

  @Post('decline')
  @Roles('setting', 'operations')
  @ApiOperation({ summary: 'Decline an invitation' })
  decline(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Body() body: DeclineInvitationBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(new DeclineInvitation({ programmeId, urn, reason: body.reason }, context));
  }
}
