import type { CommandContext, Outcome } from '#platform/event-store';
import { BecauseBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { trancheNumber } from '../tranche-id.js';
import { WithdrawTrancheProposal } from './withdraw-tranche-proposal.handler.js';

@ApiTags('funding')
@Controller('programmes/:programmeId/allocations/:urn/tranches/:number')
export class WithdrawTrancheProposalController {
  constructor(private readonly commands: CommandBus) {}

  @Post('withdraw-proposal')
  @Roles('operations')
  @ApiOperation({ summary: 'Withdraw the proposal of a tranche that is not approved yet, with the reason' })
  withdraw(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Param('number') number: string,
    @Body() { reason }: BecauseBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    const input = { programmeId, urn, number: trancheNumber(number), reason };
    return this.commands.execute(new WithdrawTrancheProposal(input, context));
  }
}
