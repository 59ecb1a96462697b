import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DecisionBody } from '../decision-body/decision.body.js';
import { CloseProgramme } from './close-programme.handler.js';

export class CloseProgrammeBody extends DecisionBody {}

@ApiTags('programmes')
@ApiBearerAuth()
@Controller('programmes/:programmeId')
export class CloseProgrammeController {
  constructor(private readonly commands: CommandBus) {}

  @Post('close')
  @Roles('operations', 'administrator')
  @ApiOperation({ summary: 'Closes a programme for good, if no money is out and nothing is unfinished' })
  close(
    @Param('programmeId') programmeId: string,
    @Body() { reason }: CloseProgrammeBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(new CloseProgramme({ programmeId, reason }, context));
  }
}
