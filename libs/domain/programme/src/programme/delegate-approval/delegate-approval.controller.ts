import { LONGEST_SUBJECT, NOT_BLANK } from '#kernel';
import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsNotEmpty, IsString, Matches, MaxLength } from 'class-validator';
import { LONGEST_REASON } from '../effective-day.js';
import { DelegateApproval } from './delegate-approval.handler.js';

export class DelegateApprovalBody extends CommandBody {
  @ApiProperty({ description: 'Subject id of who is to approve' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_SUBJECT)
  to!: string;

  @ApiProperty({ example: '2025-07-21' })
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: '$property must be a date written YYYY-MM-DD' })
  startsOn!: string;

  @ApiProperty({ example: '2025-08-08', description: 'The last day' })
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: '$property must be a date written YYYY-MM-DD' })
  endsOn!: string;

  @ApiProperty({ example: 'Decided by the board, minute 14.' })
  @IsString()
  @Matches(new RegExp(NOT_BLANK), { message: 'reason must not be blank' })
  @MaxLength(LONGEST_REASON)
  reason!: string;
}

@ApiTags('programmes')
@ApiBearerAuth()
@Controller('programmes/:programmeId')
export class DelegateApprovalController {
  constructor(private readonly commands: CommandBus) {}

  @Post('approval-delegations')
  @Roles('approver')
  @ApiOperation({ summary: 'Let somebody else approve up to the own limit, for some days' })
  delegate(
    @Param('programmeId') programmeId: string,
    @Body() { to, startsOn, endsOn, reason }: DelegateApprovalBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    const input = { programmeId, to, startsOn, endsOn, reason };
    return this.commands.execute(new DelegateApproval(input, context));
  }
}
