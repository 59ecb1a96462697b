import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsInt, IsNotEmpty, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { MOST_CYCLES } from '../audit.js';
import { LONGEST_COMMENTS } from '../sign-off.js';
import { ReturnAudit } from './return-audit.handler.js';

export class ReturnAuditBody extends CommandBody {
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

  @ApiProperty({ maxLength: LONGEST_COMMENTS, description: 'What the setting should change.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_COMMENTS)
  comments!: string;
}

@ApiTags('audits')
@Controller('programmes/:programmeId/settings/:urn/audit')
export class ReturnAuditController {
  constructor(private readonly commands: CommandBus) {}

  @Post('return')
  @Roles('setting', 'adviser', 'approver')
  @ApiOperation({ summary: 'Give a completed audit back to its setting with comments' })
  giveBack(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Body() { occurredAt: _, ...given }: ReturnAuditBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(new ReturnAudit({ ...given, programmeId, urn }, context));
  }
}
