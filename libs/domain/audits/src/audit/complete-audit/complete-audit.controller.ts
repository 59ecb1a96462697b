import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { MOST_GROUPS } from '../../instrument/instrument.js';
import { MOST_CYCLES } from '../audit.js';
import { MOST_NEEDS, MOST_RATINGS, MOST_SUPPORTERS } from '../completion.js';
import {
  PRIORITIES,
  STANDARD_KINDS,
  SUPPORTER_KINDS,
  type Priority,
  type StandardKind,
  type SupporterKind,
} from '../yardstick.js';
import { CompleteAudit } from './complete-audit.handler.js';

export class RatingBody {
  @ApiProperty({
    maxLength: 60,
    example: 'coaching-and-mentoring',
    description: 'The slug of a feature of the version of the instrument that the cycle rates by.',
  })
  @IsString()
  @IsNotEmpty()
  @MaxLength(60)
  feature!: string;

  @ApiPropertyOptional({
    type: String,
    maxLength: 60,
    nullable: true,
    example: 'governors',
    description:
      'Whom it is of: the slug of a group of the instrument. Left out, it is of the whole workforce, and stands beside the ratings of each group, not in their place.',
  })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(60)
  group?: string | null;

  @ApiProperty({ minimum: 1, maximum: 4, description: '1 not yet, 4 throughout the setting.' })
  @IsInt()
  @Min(1)
  @Max(4)
  rating!: number;

  @ApiProperty({ maxLength: 2000, description: 'What the rating is based on.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(2000)
  evidence!: string;
}

export class StandardBody {
  @ApiProperty({ enum: STANDARD_KINDS })
  @IsIn(STANDARD_KINDS)
  kind!: StandardKind;

  @ApiProperty({ maxLength: 200, example: "Teachers' Standards 2" })
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  reference!: string;
}

export class SupporterBody {
  @ApiProperty({ enum: SUPPORTER_KINDS })
  @IsIn(SUPPORTER_KINDS)
  kind!: SupporterKind;

  @ApiProperty({ maxLength: 200, description: 'An organisation by name, a person by subject id.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  who!: string;
}

export class NeedBody {
  @ApiProperty({ maxLength: 60, example: 'phonics', description: 'Lower-case words joined by hyphens.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(60)
  needId!: string;

  @ApiProperty({ maxLength: 60, example: 'governors', description: 'Whose need it is: one of `groups`.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(60)
  group!: string;

  @ApiProperty({ enum: PRIORITIES })
  @IsIn(PRIORITIES)
  priority!: Priority;

  @ApiProperty({ maxLength: 1000 })
  @IsString()
  @IsNotEmpty()
  @MaxLength(1000)
  statement!: string;

  @ApiPropertyOptional({
    type: StandardBody,
    nullable: true,
    description: 'The qualification or standard it points to.',
  })
  @IsOptional()
  @ValidateNested()
  @Type(() => StandardBody)
  standard?: StandardBody | null;
}

export class CompleteAuditBody extends CommandBody {
  @ApiPropertyOptional({ minimum: 1, description: 'By default the newest' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MOST_CYCLES)
  cycle?: number;

  @ApiPropertyOptional({
    type: [String],
    maxItems: MOST_GROUPS,
    nullable: true,
    example: ['early-career-teachers', 'middle-leaders', 'learning-support-staff', 'governors'],
    description:
      'Which groups of the workforce the setting has: each feature is rated for each of them. Left out, all groups of the instrument.',
  })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_GROUPS)
  @IsString({ each: true })
  @MaxLength(60, { each: true })
  groups?: string[] | null;

  @ApiProperty({
    type: [RatingBody],
    description:
      'Each feature of the instrument for each of `groups`; what is missing is named in the refusal.',
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_RATINGS)
  @ValidateNested({ each: true })
  @Type(() => RatingBody)
  ratings!: RatingBody[];

  @ApiProperty({ type: [NeedBody], description: 'At least one.' })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_NEEDS)
  @ValidateNested({ each: true })
  @Type(() => NeedBody)
  needs!: NeedBody[];

  @ApiPropertyOptional({
    type: [SupporterBody],
    nullable: true,
    description: 'Who helped, if anybody. Free words are taken too, and kept as `other`.',
  })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => inFreeWords(value))
  @IsArray()
  @ArrayMaxSize(MOST_SUPPORTERS)
  @ValidateNested({ each: true })
  @Type(() => SupporterBody)
  supportedBy?: SupporterBody[] | null;
}

function inFreeWords(value: unknown): unknown {
  return typeof value === 'string'
    ? [Object.assign(new SupporterBody(), { kind: 'other', who: value })]
    : value;
}

@ApiTags('audits')
@Controller('programmes/:programmeId/settings/:urn/audit')
export class CompleteAuditController {
  constructor(private readonly commands: CommandBus) {}

  @Post('complete')
  @Roles('setting')
  @ApiOperation({
    summary:
      'Complete a started audit: every feature rated for every group that the setting has, the needs of the workforce stated',
    description:
      'For the setting alone, whose audit it is: whoever supported it is named under `supportedBy`. Somebody else signs it off.',
  })
  complete(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Body() { occurredAt: _, ...answers }: CompleteAuditBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(new CompleteAudit({ ...answers, programmeId, urn }, context));
  }
}
