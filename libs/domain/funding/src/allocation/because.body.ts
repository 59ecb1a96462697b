import { NOT_BLANK } from '#kernel';
import { CommandBody } from '#platform/http';
import { ApiProperty } from '@nestjs/swagger';
import { IsString, Matches, MaxLength } from 'class-validator';
import { LONGEST_REASON } from './tranche-objections.js';

/** Of commands that need a reason and nothing else. */
export class BecauseBody extends CommandBody {
  @ApiProperty({ maxLength: LONGEST_REASON, example: 'the invoice is of another school' })
  @IsString()
  @Matches(new RegExp(NOT_BLANK), { message: '$property must not be blank' })
  @MaxLength(LONGEST_REASON)
  reason!: string;
}
