import { LONGEST_SUBJECT, NOT_BLANK } from '#kernel';
import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsInt,
  IsString,
  Matches,
  MaxLength,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { EffectiveDecisionBody } from '../decision-body/decision.body.js';
import { LONGEST_ACCEPTANCE_DAYS, MOST_LIMITS } from '../funding-rules.js';
import { SetFundingRules } from './set-funding-rules.handler.js';

export class ApprovalLimitBody {
  @ApiProperty({ description: 'Subject id of an approver' })
  @IsString()
  @Matches(new RegExp(NOT_BLANK), { message: '$property must not be blank' })
  @MaxLength(LONGEST_SUBJECT)
  subject!: string;

  @ApiProperty({ description: 'Whole pence', minimum: 0, example: 1000000 })
  @IsInt()
  @Min(0)
  upToPence!: number;
}

export class SetFundingRulesBody extends EffectiveDecisionBody {
  @ApiProperty({
    type: Number,
    nullable: true,
    minimum: 1,
    maximum: LONGEST_ACCEPTANCE_DAYS,
    description: 'For how many days an offer can be accepted; null: until it is answered',
  })
  @ValidateIf((_, value) => value !== null)
  @IsInt()
  @Min(1)
  acceptanceDays!: number | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    minimum: 0,
    description: 'Up to how much, in whole pence, an approver approves who is not named; null: any amount',
  })
  @ValidateIf((_, value) => value !== null)
  @IsInt()
  @Min(0)
  defaultLimitPence!: number | null;

  @ApiProperty({ type: [ApprovalLimitBody] })
  @IsArray()
  @ArrayMaxSize(MOST_LIMITS)
  @ValidateNested({ each: true })
  @Type(() => ApprovalLimitBody)
  limits!: ApprovalLimitBody[];
}

@ApiTags('programmes')
@ApiBearerAuth()
@Controller('programmes/:programmeId')
export class SetFundingRulesController {
  constructor(private readonly commands: CommandBus) {}

  @Post('funding-rules')
  @Roles('board', 'administrator')
  @ApiOperation({
    summary: 'Decides, from a day on, how long offers stand and up to how much people approve',
  })
  set(
    @Param('programmeId') programmeId: string,
    @Body() { acceptanceDays, defaultLimitPence, limits, effectiveOn, reason }: SetFundingRulesBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    const rules = { acceptanceDays, defaultLimitPence, limits, effectiveOn, reason };
    return this.commands.execute(new SetFundingRules({ programmeId, ...rules }, context));
  }
}
