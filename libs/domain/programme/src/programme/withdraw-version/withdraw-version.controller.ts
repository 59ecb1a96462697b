import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsIn, IsInt, Min } from 'class-validator';
import { DecisionBody } from '../decision-body/decision.body.js';
import type { Versioned } from '../programme.events.js';
import { IN_WORDS } from '../version-withdrawal.js';
import { WithdrawVersion } from './withdraw-version.handler.js';

const OF_WHAT = Object.keys(IN_WORDS) as Versioned[];

export class WithdrawVersionBody extends DecisionBody {
  @ApiProperty({ enum: OF_WHAT })
  @IsIn(OF_WHAT)
  what!: Versioned;

  @ApiProperty({ example: 2, description: 'Its number, as the programme shows it' })
  @IsInt()
  @Min(1)
  version!: number;
}

@ApiTags('programmes')
@ApiBearerAuth()
@Controller('programmes/:programmeId/versions')
export class WithdrawVersionController {
  constructor(private readonly commands: CommandBus) {}

  @Post('withdraw')
  @Roles('operations', 'administrator')
  @ApiOperation({
    summary:
      'Withdraws a version of the policy, terms, rules, service standards, senior owner or board that is not in force yet',
    description: 'It stays on record, withdrawn; the one before it goes on, and a sooner one can be decided.',
  })
  withdraw(
    @Param('programmeId') programmeId: string,
    @Body() { what, version, reason }: WithdrawVersionBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(new WithdrawVersion({ programmeId, what, version, reason }, context));
  }
}
