import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { TakeOverPart } from './take-over-part.handler.js';

export class TakeOverPartBody extends CommandBody {
  @ApiProperty({ example: '124570', description: 'The setting whose part was passed on.' })
  @Matches(/^\d{5,6}$/, { message: "fromUrn must be 6 digits, or 5 for a children's centre" })
  fromUrn!: string;
}

@ApiTags('participations')
@ApiBearerAuth()
@Controller('programmes/:programmeId/participations/:urn')
export class TakeOverPartController {
  constructor(private readonly commands: CommandBus) {}

  @Post('take-over')
  @Roles('operations')
  @ApiOperation({
    summary: 'Let a setting take over the part that was passed on to it',
    description:
      'It is enrolled by that, unless it takes part already, and owes the reports that were not accepted of the other. Its checks, agreement, audit and plan are its own; no money moves by this.',
  })
  takeOver(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Body() { fromUrn }: TakeOverPartBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(new TakeOverPart({ programmeId, urn, fromUrn }, context));
  }
}
