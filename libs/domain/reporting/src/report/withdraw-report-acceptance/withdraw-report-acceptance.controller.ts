import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { windowNumber } from '../window-number.js';
import { WithdrawReportAcceptance } from './withdraw-report-acceptance.handler.js';

export class WithdrawReportAcceptanceBody extends CommandBody {
  @ApiProperty({ maxLength: 2000 })
  @IsString()
  @IsNotEmpty()
  @MaxLength(2000)
  reason!: string;
}

@ApiTags('reporting')
@Controller('programmes/:programmeId/settings/:urn/reports/:window')
export class WithdrawReportAcceptanceController {
  constructor(private readonly commands: CommandBus) {}

  @Post('withdraw-acceptance')
  @Roles('approver')
  @ApiOperation({ summary: 'Withdraw the acceptance of a report, to be corrected or accepted again' })
  withdraw(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Param('window') window: string,
    @Body() { reason }: WithdrawReportAcceptanceBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    const input = { programmeId, urn, window: windowNumber(window), reason };
    return this.commands.execute(new WithdrawReportAcceptance(input, context));
  }
}
