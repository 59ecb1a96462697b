import { LARGEST_PENCE } from '#kernel';
import { CommandBody } from '#platform/http';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsDefined,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import {
  LARGEST_RATE_PENCE,
  MOST_REPORT_WINDOWS,
  MOST_TRANCHES,
  POLICY_KINDS,
  WHOLE_SHARE,
} from '../programme-rules.js';

const A_DATE = /^\d{4}-\d{2}-\d{2}$/;
const dateRule = { message: '$property must be a date written YYYY-MM-DD' };

export class PolicyBody {
  @ApiPropertyOptional({
    description:
      'How an allocation follows from FTE: a rate for each teacher, or a share of the budget that uses it to the penny (by allocation rounds).',
    enum: POLICY_KINDS,
    default: 'rate-per-fte',
  })
  @IsOptional()
  @IsIn(POLICY_KINDS)
  kind?: (typeof POLICY_KINDS)[number];

  @ApiPropertyOptional({
    description: 'Pence for one full-time equivalent teacher; to be given for `rate-per-fte` only.',
    example: 60_000,
    minimum: 1,
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(LARGEST_RATE_PENCE)
  ratePencePerFte?: number;

  @ApiProperty({ description: 'No setting gets less than this.', example: 1_000_000, minimum: 0 })
  @IsInt()
  @Min(0)
  @Max(LARGEST_PENCE)
  floorPence!: number;

  @ApiProperty({ description: 'No setting gets more than this.', example: 5_000_000, minimum: 0 })
  @IsInt()
  @Min(0)
  @Max(LARGEST_PENCE)
  capPence!: number;
}

export class TrancheBody {
  @ApiProperty({ description: '1, 2, 3 … in order.', minimum: 1, maximum: MOST_TRANCHES })
  @IsInt()
  @Min(1)
  @Max(MOST_TRANCHES)
  number!: number;

  @ApiProperty({
    description: 'Hundredths of a per cent of the allocation; together they are 10,000.',
    minimum: 1,
    maximum: WHOLE_SHARE,
    example: 4000,
  })
  @IsInt()
  @Min(1)
  @Max(WHOLE_SHARE)
  shareBasisPoints!: number;

  @ApiProperty({
    description: '`agreement-accepted`, `plan-approved` or `report-<window>-accepted`.',
    type: [String],
    example: ['agreement-accepted', 'plan-approved'],
  })
  @IsArray()
  @ArrayMaxSize(2 + MOST_REPORT_WINDOWS)
  @IsString({ each: true })
  conditions!: string[];
}

export class ReportWindowBody {
  @ApiProperty({ description: '1, 2, 3 … in order.', minimum: 1, maximum: MOST_REPORT_WINDOWS })
  @IsInt()
  @Min(1)
  @Max(MOST_REPORT_WINDOWS)
  number!: number;

  @ApiProperty({ example: '2025-01-06' })
  @Matches(A_DATE, dateRule)
  opensOn!: string;

  @ApiProperty({ example: '2025-01-31' })
  @Matches(A_DATE, dateRule)
  dueOn!: string;

  @ApiProperty({ example: '2025-02-28' })
  @Matches(A_DATE, dateRule)
  closesOn!: string;
}

export class CreateProgrammeBody extends CommandBody {
  @ApiPropertyOptional({ description: 'By default made from the name.', example: 'ipswich', maxLength: 60 })
  @IsOptional()
  @IsString()
  @MaxLength(60)
  id?: string;

  @ApiProperty({ example: 'Ipswich Workforce Development Programme', maxLength: 120 })
  @IsString()
  @IsNotEmpty()
  @MaxLength(120)
  name!: string;

  @ApiProperty({ example: 'Ipswich', maxLength: 120 })
  @IsString()
  @IsNotEmpty()
  @MaxLength(120)
  area!: string;

  @ApiProperty({ example: '2024-09-01' })
  @Matches(A_DATE, dateRule)
  startsOn!: string;

  @ApiProperty({ example: '2026-07-31' })
  @Matches(A_DATE, dateRule)
  endsOn!: string;

  @ApiProperty({ description: 'Whole pence.', example: 120_000_000, minimum: 1 })
  @IsInt()
  @Min(1)
  @Max(LARGEST_PENCE)
  budgetPence!: number;

  @ApiProperty({ type: PolicyBody })
  @IsDefined()
  @IsObject()
  @ValidateNested()
  @Type(() => PolicyBody)
  policy!: PolicyBody;

  @ApiProperty({ type: [TrancheBody] })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_TRANCHES)
  @ValidateNested({ each: true })
  @Type(() => TrancheBody)
  tranches!: TrancheBody[];

  @ApiProperty({ type: [ReportWindowBody] })
  @IsArray()
  @ArrayMaxSize(MOST_REPORT_WINDOWS)
  @ValidateNested({ each: true })
  @Type(() => ReportWindowBody)
  reportWindows!: ReportWindowBody[];
}
