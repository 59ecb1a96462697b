import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsNotEmpty,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { DUE_DILIGENCE_OUTCOMES, LONGEST_TEXT, MOST_CHECKS } from '../checks.js';
import { CompleteDueDiligence } from './complete-due-diligence.handler.js';

export class EvidenceBody {
  @ApiProperty({ example: 'companies-house-extract.pdf', maxLength: 200 })
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  fileName!: string;

  @ApiProperty({ description: 'Of the bytes of the file, in lower-case hexadecimal.' })
  @Matches(/^[0-9a-f]{64}$/, { message: '$property must be 64 hexadecimal digits, in lower case' })
  sha256!: string;
}

export class CompleteDueDiligenceBody extends CommandBody {
  @ApiProperty({ enum: DUE_DILIGENCE_OUTCOMES })
  @IsIn(DUE_DILIGENCE_OUTCOMES)
  outcome!: (typeof DUE_DILIGENCE_OUTCOMES)[number];

  @ApiPropertyOptional({
    type: [String],
    description: "Only, and then at least one, with 'passed-with-conditions'.",
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_CHECKS)
  @IsString({ each: true })
  @MaxLength(LONGEST_TEXT, { each: true })
  conditions?: string[];

  @ApiProperty({
    type: [String],
    description: 'What was looked at.',
    example: ['company register', 'accounts'],
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_CHECKS)
  @IsString({ each: true })
  @MaxLength(LONGEST_TEXT, { each: true })
  checks!: string[];

  @ApiPropertyOptional({ type: EvidenceBody, description: 'The file that shows it, kept elsewhere.' })
  @IsOptional()
  @ValidateNested()
  @Type(() => EvidenceBody)
  evidence?: EvidenceBody;
}

@ApiTags('participations')
@ApiBearerAuth()
@Controller('programmes/:programmeId/participations/:urn')
export class CompleteDueDiligenceController {
  constructor(private readonly commands: CommandBus) {}

  @Post('due-diligence')
  @Roles('operations', 'adviser', 'approver')
  @ApiOperation({ summary: 'Record what due diligence found; an offer needs one that passed' })
  complete(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Body() body: CompleteDueDiligenceBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    const { occurredAt: _, ...given } = body;
    return this.commands.execute(new CompleteDueDiligence({ ...given, programmeId, urn }, context));
  }
}
