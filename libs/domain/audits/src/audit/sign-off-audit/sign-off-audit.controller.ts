import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { MOST_CYCLES } from '../audit.js';

import { SignOffAudit } from './sign-off-audit.handler.js';

export class SignOffAuditBody extends CommandBody {
  @ApiPropertyOptional({
    minimum: 1,
    description:
      'By default the newest that is completed, if it waits; where it is signed off or returned and an older one waits, name that',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MOST_CYCLES)
  cycle?: number;
}

@ApiTags('audits')
@Controller('programmes/:programmeId/settings/:urn/audit')
export class SignOffAuditController {
  constructor(private readonly commands: CommandBus) {}

  @Post('sign-off')
  @Roles('setting', 'adviser', 'approver')
  @ApiOperation({
    summary: 'Sign off a completed audit; never by somebody who completed it',
    description:
      'A plan may rest on an audit that is completed and not yet signed off; signed off, an audit is no longer returned or changed until the next cycle.',
  })
  signOff(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Body() { occurredAt: _, ...given }: SignOffAuditBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(new SignOffAudit({ ...given, programmeId, urn }, context));
  }
}
