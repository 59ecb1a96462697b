import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DecisionBody } from '../decision-body/decision.body.js';
import { PauseProgramme } from './pause-programme.handler.js';

export class PauseProgrammeBody extends DecisionBody {}

@ApiTags('programmes')
@ApiBearerAuth()
@Controller('programmes/:programmeId')
export class PauseProgrammeController {
  constructor(private readonly commands: CommandBus) {}

  @Post('pause')
  @Roles('operations', 'administrator')
  @ApiOperation({ summary: 'Pauses a programme: nothing is offered or released until it is resumed' })
  pause(
    @Param('programmeId') programmeId: string,
    @Body() { reason }: PauseProgrammeBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(new PauseProgramme({ programmeId, reason }, context));
  }
}
