import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsNotEmpty,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
} from 'class-validator';
import { LONGEST_HEAD, MOST_HEADS } from '../agreement.js';
import { IssueGrantAgreement } from './issue-grant-agreement.handler.js';

export class IssueGrantAgreementBody extends CommandBody {
  @ApiProperty({ example: 'grant-agreement-2024.pdf', maxLength: 200 })
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  fileName!: string;

  @ApiProperty({ description: 'Of the bytes of the document, in lower-case hexadecimal.' })
  @Matches(/^[0-9a-f]{64}$/, { message: '$property must be 64 hexadecimal digits, in lower case' })
  sha256!: string;

  @ApiProperty({ type: [String], description: 'Heads of expenditure that the grant may be spent on.' })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_HEADS)
  @IsString({ each: true })
  @MaxLength(LONGEST_HEAD, { each: true })
  eligible!: string[];

  @ApiPropertyOptional({ type: [String], description: 'Heads of expenditure that it may not be spent on.' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_HEADS)
  @IsString({ each: true })
  @MaxLength(LONGEST_HEAD, { each: true })
  ineligible?: string[];

  @ApiProperty({ example: '2024-09-01', description: 'From the start of this day it is the one to sign.' })
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: '$property must be a date written YYYY-MM-DD' })
  effectiveOn!: string;
}

@ApiTags('programmes')
@ApiBearerAuth()
@Controller('programmes/:programmeId/grant-agreements')
export class IssueGrantAgreementController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @Roles('operations')
  @ApiOperation({ summary: 'Issue a version of the grant agreement, with what the grant may be spent on' })
  issue(
    @Param('programmeId') programmeId: string,
    @Body() body: IssueGrantAgreementBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    const { occurredAt: _, ...document } = body;
    return this.commands.execute(new IssueGrantAgreement({ ...document, programmeId }, context));
  }
}
