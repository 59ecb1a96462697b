import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DecisionBody } from '../decision-body/decision.body.js';
import { ResumeProgramme } from './resume-programme.handler.js';

export class ResumeProgrammeBody extends DecisionBody {}

@ApiTags('programmes')
@ApiBearerAuth()
@Controller('programmes/:programmeId')
export class ResumeProgrammeController {
  constructor(private readonly commands: CommandBus) {}

  @Post('resume')
  @Roles('operations', 'administrator')
  @ApiOperation({ summary: 'Lets a paused programme go on' })
  resume(
    @Param('programmeId') programmeId: string,
    @Body() { reason }: ResumeProgrammeBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(new ResumeProgramme({ programmeId, reason }, context));
  }
}
