import { LARGEST_PENCE } from '#kernel';
import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsIn, IsInt, IsNotEmpty, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { REVIEW_OUTCOMES } from '../financial-review.js';
import { CompleteFinancialReview } from './complete-financial-review.handler.js';

export class CompleteFinancialReviewBody extends CommandBody {
  @ApiProperty({ example: '2025-08-31', description: 'The last day of the accounts that were looked at.' })
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: 'upTo must be a date written YYYY-MM-DD' })
  upTo!: string;

  @ApiProperty({ minimum: 0, description: 'Spent up to that day, in pence.' })
  @IsInt()
  @Min(0)
  @Max(LARGEST_PENCE)
  spentPence!: number;

  @ApiProperty({ maxLength: 4000 })
  @IsString()
  @IsNotEmpty()
  @MaxLength(4000)
  findings!: string;

  @ApiProperty({ enum: REVIEW_OUTCOMES })
  @IsIn(REVIEW_OUTCOMES)
  outcome!: (typeof REVIEW_OUTCOMES)[number];

  @ApiPropertyOptional({ maxLength: 4000, description: "What is to be changed; with 'amend' and only then." })
  @IsOptional()
  @IsString()
  @MaxLength(4000)
  amendment?: string;
}

@ApiTags('participations')
@ApiBearerAuth()
@Controller('programmes/:programmeId/participations/:urn')
export class CompleteFinancialReviewController {
  constructor(private readonly commands: CommandBus) {}

  @Post('financial-reviews')
  @Roles('operations', 'approver', 'auditor', 'board')
  @ApiOperation({
    summary: 'Record a financial review and whether funding continues, is discontinued or is amended',
  })
  complete(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Body() body: CompleteFinancialReviewBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    const { occurredAt: _, ...given } = body;
    return this.commands.execute(new CompleteFinancialReview({ ...given, programmeId, urn }, context));
  }
}
