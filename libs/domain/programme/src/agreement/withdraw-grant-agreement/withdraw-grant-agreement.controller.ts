import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DecisionBody } from '../../programme/decision-body/decision.body.js';
import { WithdrawGrantAgreement } from './withdraw-grant-agreement.handler.js';

export class WithdrawGrantAgreementBody extends DecisionBody {}

@ApiTags('programmes')
@ApiBearerAuth()
@Controller('programmes/:programmeId/grant-agreements/:version')
export class WithdrawGrantAgreementController {
  constructor(private readonly commands: CommandBus) {}

  @Post('withdraw')
  @Roles('operations')
  @ApiOperation({
    summary: 'Withdraw a version of the grant agreement that is not in force yet',
    description: 'It stays on record, withdrawn; the one before it goes on, and a sooner one can be issued.',
  })
  withdraw(
    @Param('programmeId') programmeId: string,
    @Param('version') version: string,
    @Body() { reason }: WithdrawGrantAgreementBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    const input = { programmeId, version: Number(version), reason };
    return this.commands.execute(new WithdrawGrantAgreement(input, context));
  }
}
