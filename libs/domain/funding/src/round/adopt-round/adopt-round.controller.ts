import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { AdoptRound } from './adopt-round.handler.js';

export class AdoptRoundBody extends CommandBody {
  @ApiProperty({ description: 'The `hash` of the simulation that is adopted.', pattern: '^[0-9A-Fa-f]{64}$' })
  @Matches(/^[0-9a-f]{64}$/i, {
    message: '$property must be the hash that the simulation gave, 64 hexadecimal digits',
  })
  hash!: string;
}

@ApiTags('funding')
@ApiBearerAuth()
@Controller('programmes/:programmeId/rounds')
export class AdoptRoundController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @Roles('operations')
  @ApiOperation({
    summary:
      'Adopt the round that was simulated: all its money is set aside at once, then the offers are made one by one',
  })
  adopt(
    @Param('programmeId') programmeId: string,
    @Body() { hash }: AdoptRoundBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(new AdoptRound({ programmeId, hash }, context));
  }
}
