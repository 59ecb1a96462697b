import { NOT_BLANK } from '#kernel';
import { ApiProperty } from '@nestjs/swagger';
import { IsString, Matches, MaxLength } from 'class-validator';
import { CommandBody } from './command-context.js';

export const LONGEST_REASON = 2000;

/** Of a command that needs a reason and nothing else. */
export class BecauseBody extends CommandBody {
  @ApiProperty({ maxLength: LONGEST_REASON, example: 'the invoice is of another school' })
  @IsString()
  @Matches(new RegExp(NOT_BLANK), { message: '$property must not be blank' })
  @MaxLength(LONGEST_REASON)
  reason!: string;
}
