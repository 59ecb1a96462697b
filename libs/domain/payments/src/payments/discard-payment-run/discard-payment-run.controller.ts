import type { CommandContext, Outcome } from '#platform/event-store';
import { BecauseBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { runNumber } from '../payment-runs.js';
import { DiscardPaymentRun } from './discard-payment-run.handler.js';

@ApiTags('payments')
@ApiBearerAuth()
@Controller('programmes/:programmeId/payment-runs/:run')
export class DiscardPaymentRunController {
  constructor(private readonly commands: CommandBus) {}

  @Post('discard')
  @Roles('payer')
  @ApiOperation({ summary: 'Discard a payment run before it is released' })
  discard(
    @Param('programmeId') programmeId: string,
    @Param('run') run: string,
    @Body() { reason }: BecauseBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(
      new DiscardPaymentRun({ programmeId, run: runNumber(run), reason }, context),
    );
  }
}
