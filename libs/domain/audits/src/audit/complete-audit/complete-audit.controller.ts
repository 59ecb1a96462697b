import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
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
import { MOST_CYCLES, MOST_NEEDS } from '../audit.js';
import {
  FEATURE_SLUGS,
  PRIORITIES,
  WORKFORCE_GROUP_SLUGS,
  type FeatureSlug,
  type Priority,
  type WorkforceGroupSlug,
} from '../yardstick.js';
import { CompleteAudit } from './complete-audit.handler.js';

export class RatingBody {
  @ApiProperty({ enum: FEATURE_SLUGS, description: 'A feature of effective professional development.' })
  @IsIn(FEATURE_SLUGS)
  feature!: FeatureSlug;

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

export class NeedBody {
  @ApiProperty({ maxLength: 60, example: 'phonics', description: 'Lower-case words joined by hyphens.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(60)
  needId!: string;

  @ApiProperty({ enum: WORKFORCE_GROUP_SLUGS, description: 'Whose need it is.' })
  @IsIn(WORKFORCE_GROUP_SLUGS)
  group!: WorkforceGroupSlug;

  @ApiProperty({ enum: PRIORITIES })
  @IsIn(PRIORITIES)
  priority!: Priority;

  @ApiProperty({ maxLength: 1000 })
  @IsString()
  @IsNotEmpty()
  @MaxLength(1000)
  statement!: string;
}

export class CompleteAuditBody extends CommandBody {
  @ApiPropertyOptional({ default: 1, minimum: 1 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MOST_CYCLES)
  cycle?: number;

  @ApiProperty({ type: [RatingBody], description: 'Every feature, once.' })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(FEATURE_SLUGS.length)
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
    maxLength: 200,
    nullable: true,
    type: String,
    description: 'Who helped, if anybody.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  supportedBy?: string | null;
}

@ApiTags('audits')
@Controller('programmes/:programmeId/settings/:urn/audit')
export class CompleteAuditController {
  constructor(private readonly commands: CommandBus) {}

  @Post('complete')
  @Roles('operations', 'setting', 'adviser')
  @ApiOperation({
    summary: 'Complete a started audit: every feature rated, the needs of the workforce stated',
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
