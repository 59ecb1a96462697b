import { NOT_BLANK } from '#kernel';
import { CommandBody } from '#platform/http';
import { ApiProperty } from '@nestjs/swagger';
import { IsString, Matches, MaxLength } from 'class-validator';
import { LONGEST_REASON } from '../effective-day.js';

/** What is decided about a programme, with the reason. */
export class DecisionBody extends CommandBody {
  @ApiProperty({ example: 'Decided by the board, minute 14.' })
  @IsString()
  @Matches(new RegExp(NOT_BLANK), { message: 'reason must not be blank' })
  @MaxLength(LONGEST_REASON)
  reason!: string;
}

/** What is decided from a day on. */
export class EffectiveDecisionBody extends DecisionBody {
  @ApiProperty({ example: '2025-09-01', description: 'The first day on which it is in force.' })
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: '$property must be a date written YYYY-MM-DD' })
  effectiveOn!: string;
}
