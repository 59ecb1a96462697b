import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { JUDGED_AS_READ } from '../judged-as-read.js';
import { windowNumber } from '../window-number.js';
import { AcceptProgressReport } from './accept-progress-report.handler.js';

export class AcceptProgressReportBody extends CommandBody {}

@ApiTags('reporting')
@Controller('programmes/:programmeId/settings/:urn/reports/:window')
export class AcceptProgressReportController {
  constructor(private readonly commands: CommandBus) {}

  @Post('accept')
  @Roles('approver')
  @ApiOperation({
    summary: 'Accept a submitted report; never by somebody who submitted it',
    description: JUDGED_AS_READ,
  })
  accept(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Param('window') window: string,
    @Body() _: AcceptProgressReportBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    const input = { programmeId, urn, window: windowNumber(window) };
    return this.commands.execute(new AcceptProgressReport(input, context));
  }
}
