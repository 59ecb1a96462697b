import type { CommandContext, Outcome } from '#platform/event-store';
import { BecauseBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { reclaimNumber } from '../money-back-number.js';
import { WITHDRAWN_AS, type WithdrawnAs } from '../money-back.events.js';
import { WithdrawReclaim } from './withdraw-reclaim.handler.js';

export class WithdrawReclaimBody extends BecauseBody {
  @ApiProperty({
    description:
      "'mistake': the money is still to be accounted for, and may be asked for anew. 'let-go': it is accounted for by that; only of an approved reclaim, and not by who proposed it",
    enum: WITHDRAWN_AS,
    example: 'let-go',
  })
  @IsIn(WITHDRAWN_AS)
  outcome!: WithdrawnAs;
}

@ApiTags('funding')
@Controller('programmes/:programmeId/allocations/:urn/reclaims/:reclaim')
export class WithdrawReclaimController {
  constructor(private readonly commands: CommandBus) {}

  @Post('withdraw')
  @Roles('operations', 'approver')
  @ApiOperation({
    summary:
      'Ask no more for what is still owed of a reclaim: as a mistake, or letting go of it, with the reason',
  })
  withdraw(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Param('reclaim') reclaim: string,
    @Body() { outcome, reason }: WithdrawReclaimBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(
      new WithdrawReclaim({ programmeId, urn, reclaim: reclaimNumber(reclaim), outcome, reason }, context),
    );
  }
}
