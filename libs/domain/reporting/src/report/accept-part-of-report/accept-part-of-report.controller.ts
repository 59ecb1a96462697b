import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsNotEmpty,
  IsString,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { MOST_REPORTED_ACTIONS } from '../report-rules.js';
import { TRANCHE_EFFECTS } from '../report-verdicts.js';
import { JUDGED_AS_READ } from '../judged-as-read.js';
import { windowNumber } from '../window-number.js';
import { AcceptPartOfReport } from './accept-part-of-report.handler.js';

export class ActionNotAcceptedBody {
  @ApiProperty({ maxLength: 60, description: 'An action the report tells of.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(60)
  actionId!: string;

  @ApiProperty({ maxLength: 2000 })
  @IsString()
  @IsNotEmpty()
  @MaxLength(2000)
  reason!: string;
}

export class AcceptPartOfReportBody extends CommandBody {
  @ApiProperty({
    type: [ActionNotAcceptedBody],
    description: 'All other actions of the report are accepted.',
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_REPORTED_ACTIONS)
  @ValidateNested({ each: true })
  @Type(() => ActionNotAcceptedBody)
  notAccepted!: ActionNotAcceptedBody[];

  @ApiProperty({
    enum: TRANCHE_EFFECTS,
    description: 'Whether the report counts as accepted for the tranche that waits for it.',
  })
  @IsIn(TRANCHE_EFFECTS)
  tranche!: (typeof TRANCHE_EFFECTS)[number];

  @ApiProperty({ maxLength: 2000, description: 'What it means for the tranche, in words.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(2000)
  effect!: string;
}

@ApiTags('reporting')
@Controller('programmes/:programmeId/settings/:urn/reports/:window')
export class AcceptPartOfReportController {
  constructor(private readonly commands: CommandBus) {}

  @Post('accept-part')
  @Roles('approver')
  @ApiOperation({
    summary: 'Accept a report for some of its actions, and state what that means for the tranche',
    description: JUDGED_AS_READ,
  })
  acceptPart(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Param('window') window: string,
    @Body() { occurredAt: _, ...verdict }: AcceptPartOfReportBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    const input = { ...verdict, programmeId, urn, window: windowNumber(window) };
    return this.commands.execute(new AcceptPartOfReport(input, context));
  }
}
