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
  IsNotEmpty,
  IsOptional,
  IsString,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { LONGEST_LABEL, MOST_FEATURES, MOST_GROUPS } from '../instrument.js';
import { PublishAuditInstrument } from './publish-audit-instrument.handler.js';

export class FeatureBody {
  @ApiProperty({
    maxLength: 60,
    example: 'coaching-and-mentoring',
    description: 'Kept for ever with its label.',
  })
  @IsString()
  @IsNotEmpty()
  @MaxLength(60)
  slug!: string;

  @ApiProperty({ maxLength: LONGEST_LABEL, example: 'Is supported by coaching and mentoring' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_LABEL)
  label!: string;
}

export class GroupBody {
  @ApiProperty({ maxLength: 60, example: 'governors', description: 'Kept for ever with its label.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(60)
  slug!: string;

  @ApiProperty({ maxLength: LONGEST_LABEL, example: 'Governors' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_LABEL)
  label!: string;
}

export class PublishAuditInstrumentBody extends CommandBody {
  @ApiProperty({ type: [FeatureBody], description: 'All of them, in the order in which they are asked.' })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_FEATURES)
  @ValidateNested({ each: true })
  @Type(() => FeatureBody)
  features!: FeatureBody[];

  @ApiPropertyOptional({
    type: [GroupBody],
    description:
      'The groups of the workforce for which they are rated; those of the version before when left out.',
  })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_GROUPS)
  @ValidateNested({ each: true })
  @Type(() => GroupBody)
  groups?: GroupBody[];

  @ApiProperty({
    example: '2025-09-01',
    description: 'The first day on which audits that are started rate by it.',
  })
  @IsString()
  @MaxLength(10)
  effectiveOn!: string;

  @ApiProperty({ maxLength: 1000, description: 'What has changed, and why.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(1000)
  reason!: string;
}

@ApiTags('audits')
@Controller('programmes/:programmeId/audit-instrument')
export class PublishAuditInstrumentController {
  constructor(private readonly commands: CommandBus) {}

  @Post('versions')
  @Roles('operations', 'board')
  @ApiOperation({
    summary: 'Publish a new version of the instrument that audits rate by, in force from a later day on',
    description:
      'An audit that was started before keeps the version of its day, until it is completed and after.',
  })
  publish(
    @Param('programmeId') programmeId: string,
    @Body() { occurredAt: _, groups: ofWorkforce, ...said }: PublishAuditInstrumentBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    const features = plain(said.features);
    const groups = ofWorkforce && plain(ofWorkforce);
    const input = { ...said, features, ...(groups && { groups }), programmeId };
    return this.commands.execute(new PublishAuditInstrument(input, context));
  }
}

/** What the decider compares with what it knows: objects of no class. */
function plain(entries: readonly FeatureBody[]): { slug: string; label: string }[] {
  return entries.map(({ slug, label }) => ({ slug, label }));
}
