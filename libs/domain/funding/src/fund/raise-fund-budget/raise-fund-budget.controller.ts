import { LARGEST_PENCE, NOT_BLANK } from '#kernel';
import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsInt, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { LONGEST_BUDGET_REASON } from '../fund-budget.js';
import { RaiseFundBudget } from './raise-fund-budget.handler.js';

export class RaiseFundBudgetBody extends CommandBody {
  @ApiProperty({ example: 130_000_000, description: 'The whole budget from then on, in pence.' })
  @IsInt()
  @Min(0)
  @Max(LARGEST_PENCE)
  budgetPence!: number;

  @ApiProperty({ example: 'The board added money for nurseries, minute 14.' })
  @IsString()
  @Matches(new RegExp(NOT_BLANK), { message: 'reason must not be blank' })
  @MaxLength(LONGEST_BUDGET_REASON)
  reason!: string;
}

@ApiTags('funding')
@Controller('programmes/:programmeId/fund/budget')
export class RaiseFundBudgetController {
  constructor(private readonly commands: CommandBus) {}

  @Post('raise')
  @Roles('operations', 'administrator')
  @ApiOperation({ summary: 'Raise the budget of a programme, with the reason' })
  raise(
    @Param('programmeId') programmeId: string,
    @Body() { budgetPence, reason }: RaiseFundBudgetBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(new RaiseFundBudget({ programmeId, budgetPence, reason }, context));
  }
}
