import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, ValidateNested } from 'class-validator';
import { ReportWindowBody } from '../create-programme/create-programme.body.js';
import { MOST_REPORT_WINDOWS } from '../programme-rules.js';
import { EffectiveDecisionBody } from '../decision-body/decision.body.js';
import { ReplaceReportWindows } from './replace-report-windows.handler.js';

export class ReplaceReportWindowsBody extends EffectiveDecisionBody {
  @ApiProperty({ type: [ReportWindowBody] })
  @IsArray()
  @ArrayMaxSize(MOST_REPORT_WINDOWS)
  @ValidateNested({ each: true })
  @Type(() => ReportWindowBody)
  reportWindows!: ReportWindowBody[];
}

@ApiTags('programmes')
@ApiBearerAuth()
@Controller('programmes/:programmeId')
export class ReplaceReportWindowsController {
  constructor(private readonly commands: CommandBus) {}

  @Post('report-windows')
  @Roles('operations', 'administrator')
  @ApiOperation({
    summary: 'Decides a new version of the report windows, for settings enrolled from a day on',
  })
  replace(
    @Param('programmeId') programmeId: string,
    @Body() { reportWindows, effectiveOn, reason }: ReplaceReportWindowsBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    const input = { programmeId, reportWindows, effectiveOn, reason };
    return this.commands.execute(new ReplaceReportWindows(input, context));
  }
}
