import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { LONGEST_REASON } from '../invitation.js';
import { WithdrawSetting } from './withdraw-setting.handler.js';

export class WithdrawSettingBody extends CommandBody {
  @ApiProperty({ maxLength: LONGEST_REASON, description: 'Why it withdraws.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_REASON)
  reason!: string;
}

@ApiTags('participations')
@ApiBearerAuth()
@Controller('programmes/:programmeId/participations/:urn')
export class WithdrawSettingController {
  constructor(private readonly commands: CommandBus) {}

  @Post('withdraw')
  @Roles('setting', 'operations')
  @ApiOperation({ summary: 'Withdraw an enrolled setting: nothing more is offered or paid to it' })
  withdraw(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Body() body: WithdrawSettingBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(new WithdrawSetting({ programmeId, urn, reason: body.reason }, context));
  }
}
