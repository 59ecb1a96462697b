import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { WithdrawPlanApproval } from './withdraw-plan-approval.handler.js';

export class WithdrawPlanApprovalBody extends CommandBody {
  @ApiProperty({ maxLength: 2000 })
  @IsString()
  @IsNotEmpty()
  @MaxLength(2000)
  reason!: string;
}

@ApiTags('plans')
@Controller('programmes/:programmeId/settings/:urn/plan')
export class WithdrawPlanApprovalController {
  constructor(private readonly commands: CommandBus) {}

  @Post('withdraw-approval')
  @Roles('approver')
  @ApiOperation({ summary: 'Withdraw the approval of a plan, which its setting then submits again' })
  withdraw(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Body() { reason }: WithdrawPlanApprovalBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(new WithdrawPlanApproval({ programmeId, urn, reason }, context));
  }
}
