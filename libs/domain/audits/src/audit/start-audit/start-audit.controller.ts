import type { Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import type { CommandContext } from '#platform/event-store';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { MOST_CYCLES } from '../audit.js';
import { StartAudit } from './start-audit.handler.js';

export class StartAuditBody extends CommandBody {
  @ApiPropertyOptional({
    minimum: 1,
    description: '1 for the first audit of the setting. By default the first that is not completed.',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MOST_CYCLES)
  cycle?: number;
}

@ApiTags('audits')
@Controller('programmes/:programmeId/settings/:urn/audit')
export class StartAuditController {
  constructor(private readonly commands: CommandBus) {}

  @Post('start')
  @Roles('operations', 'setting', 'adviser')
  @ApiOperation({ summary: "Start a setting's audit of professional development need" })
  start(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Body() { cycle }: StartAuditBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    const input = { programmeId, urn, ...(cycle === undefined ? {} : { cycle }) };
    return this.commands.execute(new StartAudit(input, context));
  }
}
