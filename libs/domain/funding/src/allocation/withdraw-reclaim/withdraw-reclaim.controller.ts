import type { CommandContext, Outcome } from '#platform/event-store';
import { BecauseBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { reclaimNumber } from '../money-back-number.js';
import { WithdrawReclaim } from './withdraw-reclaim.handler.js';

@ApiTags('funding')
@Controller('programmes/:programmeId/allocations/:urn/reclaims/:reclaim')
export class WithdrawReclaimController {
  constructor(private readonly commands: CommandBus) {}

  @Post('withdraw')
  @Roles('operations', 'approver')
  @ApiOperation({ summary: 'Let go of what is still owed of a reclaim, with the reason' })
  withdraw(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Param('reclaim') reclaim: string,
    @Body() { reason }: BecauseBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(
      new WithdrawReclaim({ programmeId, urn, reclaim: reclaimNumber(reclaim), reason }, context),
    );
  }
}
