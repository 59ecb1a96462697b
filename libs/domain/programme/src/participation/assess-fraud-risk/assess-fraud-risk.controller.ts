import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { FRAUD_RISK_LEVELS, FRAUD_RISK_OUTCOMES } from '../checks.js';
import { AssessFraudRisk } from './assess-fraud-risk.handler.js';

export class AssessFraudRiskBody extends CommandBody {
  @ApiProperty({ enum: FRAUD_RISK_LEVELS })
  @IsIn(FRAUD_RISK_LEVELS)
  level!: (typeof FRAUD_RISK_LEVELS)[number];

  @ApiProperty({ enum: FRAUD_RISK_OUTCOMES })
  @IsIn(FRAUD_RISK_OUTCOMES)
  outcome!: (typeof FRAUD_RISK_OUTCOMES)[number];

  @ApiPropertyOptional({ maxLength: 4000, description: "Needed with 'acceptable-with-mitigation'." })
  @IsOptional()
  @IsString()
  @MaxLength(4000)
  mitigation?: string;
}

@ApiTags('participations')
@ApiBearerAuth()
@Controller('programmes/:programmeId/participations/:urn')
export class AssessFraudRiskController {
  constructor(private readonly commands: CommandBus) {}

  @Post('fraud-risk')
  @Roles('operations', 'adviser', 'approver')
  @ApiOperation({
    summary: 'Assess the risk of fraud in funding a setting; never by who did its due diligence',
  })
  assess(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Body() body: AssessFraudRiskBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    const { occurredAt: _, ...given } = body;
    return this.commands.execute(new AssessFraudRisk({ ...given, programmeId, urn }, context));
  }
}
