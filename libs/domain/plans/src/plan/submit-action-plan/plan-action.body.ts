import { MOST_GROUPS } from '#domain/audits';
import { LARGEST_PENCE } from '#kernel';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { HIGHEST_SCORE, LARGEST_HEADCOUNT, MOST_OUTCOMES, MOST_MILESTONES } from '../plan-rules.js';

export class GroupHeadcountBody {
  @ApiProperty({
    maxLength: 60,
    example: 'early-career-teachers',
    description:
      'A group of the instrument that the audit rates by; one that the version in force has it for, it may keep.',
  })
  @IsString()
  @IsNotEmpty()
  @MaxLength(60)
  group!: string;

  @ApiProperty({ minimum: 1, maximum: LARGEST_HEADCOUNT })
  @IsInt()
  @Min(1)
  @Max(LARGEST_HEADCOUNT)
  headcount!: number;
}

export class MilestoneBody {
  @ApiProperty({ example: '2024-02-12', description: 'YYYY-MM-DD.' })
  @IsString()
  @MaxLength(10)
  on!: string;

  @ApiProperty({ maxLength: 300 })
  @IsString()
  @IsNotEmpty()
  @MaxLength(300)
  what!: string;
}

export class PlanActionBody {
  @ApiProperty({
    maxLength: 60,
    example: 'phonics-training',
    description: 'Lower-case words joined by hyphens.',
  })
  @IsString()
  @IsNotEmpty()
  @MaxLength(60)
  actionId!: string;

  @ApiProperty({ maxLength: 60, description: 'A need of the audit.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(60)
  needId!: string;

  @ApiProperty({ maxLength: 500 })
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  activity!: string;

  @ApiProperty({ maxLength: 300, description: 'Whom it is for.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(300)
  audience!: string;

  @ApiProperty({ minimum: 1, maximum: LARGEST_HEADCOUNT })
  @IsInt()
  @Min(1)
  @Max(LARGEST_HEADCOUNT)
  headcount!: number;

  @ApiPropertyOptional({
    type: [GroupHeadcountBody],
    default: [],
    description: 'How many of them in each group: together the headcount.',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_GROUPS)
  @ValidateNested({ each: true })
  @Type(() => GroupHeadcountBody)
  headcountByGroup?: GroupHeadcountBody[];

  @ApiPropertyOptional({ maxLength: 200, description: 'The organisation that delivers it.' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  provider?: string;

  @ApiProperty({ type: 'integer', minimum: 1, maximum: LARGEST_PENCE, description: 'Whole pence.' })
  @IsInt()
  @Min(1)
  @Max(LARGEST_PENCE)
  costPence!: number;

  @ApiProperty({ example: '2024-01-15', description: 'YYYY-MM-DD, within the programme.' })
  @IsString()
  @MaxLength(10)
  startsOn!: string;

  @ApiProperty({
    example: '2024-03-22',
    description: 'YYYY-MM-DD, within the programme, not before startsOn.',
  })
  @IsString()
  @MaxLength(10)
  endsOn!: string;

  @ApiPropertyOptional({ maxLength: 1000, description: 'What those it is for should do differently.' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(1000)
  desiredResponse?: string;

  @ApiProperty({
    type: [String],
    minItems: 1,
    maxItems: MOST_OUTCOMES,
    description: 'What comes of that: for the audience, for children and families.',
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_OUTCOMES)
  @IsString({ each: true })
  @IsNotEmpty({ each: true })
  @MaxLength(1000, { each: true })
  desiredOutcomes!: string[];

  @ApiPropertyOptional({
    type: [String],
    maxItems: MOST_OUTCOMES,
    default: [],
    description: 'What that serves in the end: children, families, the aims of the setting.',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_OUTCOMES)
  @IsString({ each: true })
  @IsNotEmpty({ each: true })
  @MaxLength(1000, { each: true })
  finalOutcomes?: string[];

  @ApiPropertyOptional({
    minimum: 1,
    maximum: HIGHEST_SCORE,
    description: 'How readily it can be done: 1 low, 4 high.',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(HIGHEST_SCORE)
  doability?: number;

  @ApiPropertyOptional({ minimum: 1, maximum: HIGHEST_SCORE, description: '1 low, 4 high.' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(HIGHEST_SCORE)
  impact?: number;

  @ApiPropertyOptional({ type: [MilestoneBody], default: [], description: 'Within the dates of the action.' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_MILESTONES)
  @ValidateNested({ each: true })
  @Type(() => MilestoneBody)
  milestones?: MilestoneBody[];
}
