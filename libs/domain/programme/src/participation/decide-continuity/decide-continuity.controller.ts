import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsIn, IsNotEmpty, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { LONGEST_REASON } from '../invitation.js';
import { CONTINUITY_OUTCOMES, type ContinuityOutcome } from '../continuity.js';
import { DecideContinuity } from './decide-continuity.handler.js';

export class DecideContinuityBody extends CommandBody {
  @ApiProperty({
    enum: CONTINUITY_OUTCOMES,
    description:
      "'transfer': another setting takes the part over. 'wind-down': what was spent is settled, the rest comes back. 'reclaim': all that was paid comes back, spent or not, unless two people let go of it. 'carry-on': of a setting that is open after all",
  })
  @IsIn(CONTINUITY_OUTCOMES)
  outcome!: ContinuityOutcome;

  @ApiPropertyOptional({
    example: '124571',
    description: "The setting that takes over; with 'transfer' and only then.",
  })
  @IsOptional()
  @Matches(/^\d{5,6}$/, { message: "toUrn must be 6 digits, or 5 for a children's centre" })
  toUrn?: string;

  @ApiProperty({ maxLength: LONGEST_REASON })
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_REASON)
  reason!: string;
}

@ApiTags('participations')
@ApiBearerAuth()
@Controller('programmes/:programmeId/participations/:urn')
export class DecideContinuityController {
  constructor(private readonly commands: CommandBus) {}

  @Post('continuity/decide')
  @Roles('board', 'approver')
  @ApiOperation({
    summary: 'Decide what becomes of the part of a setting that has closed or has a successor',
    description:
      'A part that was passed on, and that nobody has taken over, is passed on to another setting by deciding `transfer` once more; or is not passed on after all, by deciding `wind-down` or `reclaim`.',
  })
  decide(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Body() body: DecideContinuityBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    const { occurredAt: _, ...given } = body;
    return this.commands.execute(new DecideContinuity({ ...given, programmeId, urn }, context));
  }
}
