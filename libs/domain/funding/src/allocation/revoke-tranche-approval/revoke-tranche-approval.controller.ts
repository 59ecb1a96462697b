import type { CommandContext, Outcome } from '#platform/event-store';
import { BecauseBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { trancheNumber } from '../tranche-id.js';
import { RevokeTrancheApproval } from './revoke-tranche-approval.handler.js';

@ApiTags('funding')
@Controller('programmes/:programmeId/allocations/:urn/tranches/:number')
export class RevokeTrancheApprovalController {
  constructor(private readonly commands: CommandBus) {}

  @Post('revoke-approval')
  @Roles('approver')
  @ApiOperation({
    summary: 'Revoke the approval of a tranche before it is released, with the reason; the proposal stands',
  })
  revoke(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Param('number') number: string,
    @Body() { reason }: BecauseBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    const input = { programmeId, urn, number: trancheNumber(number), reason };
    return this.commands.execute(new RevokeTrancheApproval(input, context));
  }
}
