import { refusal, RefusalError } from '#kernel';
import type { CommandContext, Outcome } from '#platform/event-store';
import { BecauseBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { EndApprovalDelegation } from './end-approval-delegation.handler.js';

@ApiTags('programmes')
@ApiBearerAuth()
@Controller('programmes/:programmeId/approval-delegations/:delegation')
export class EndApprovalDelegationController {
  constructor(private readonly commands: CommandBus) {}

  @Post('end')
  @Roles('approver', 'administrator')
  @ApiOperation({ summary: 'Take a delegation back before its last day, with the reason' })
  end(
    @Param('programmeId') programmeId: string,
    @Param('delegation') delegation: string,
    @Body() { reason }: BecauseBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    const input = { programmeId, delegation: delegationNumber(delegation), reason };
    return this.commands.execute(new EndApprovalDelegation(input, context));
  }
}

/** @throws RefusalError `DELEGATION.NUMBER` */
export function delegationNumber(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new RefusalError(
    refusal('DELEGATION.NUMBER', 'invalid', 'the number of a delegation is a whole number from 1', {
      field: 'delegation',
    }),
  );
}
