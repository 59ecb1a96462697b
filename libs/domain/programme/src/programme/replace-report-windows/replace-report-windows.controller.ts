import { NOT_BLANK } from '#kernel';
import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsString, Matches, MaxLength, ValidateNested } from 'class-validator';
import { ReportWindowBody } from '../create-programme/create-programme.body.js';
import { LONGEST_REASON } from '../effective-day.js';
import { MOST_REPORT_WINDOWS } from '../programme-rules.js';
import { ReplaceReportWindows } from './replace-report-windows.handler.js';

export class ReplaceReportWindowsBody extends CommandBody {
  @ApiProperty({ type: [ReportWindowBody] })
  @IsArray()
  @ArrayMaxSize(MOST_REPORT_WINDOWS)
  @ValidateNested({ each: true })
  @Type(() => ReportWindowBody)
  reportWindows!: ReportWindowBody[];

  @ApiProperty({ example: '2025-09-01', description: 'The first day on which it is in force.' })
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: '$property must be a date written YYYY-MM-DD' })
  effectiveOn!: string;

  @ApiProperty({ example: 'Decided by the board, minute 14.' })
  @IsString()
  @Matches(new RegExp(NOT_BLANK), { message: 'reason must not be blank' })
  @MaxLength(LONGEST_REASON)
  reason!: string;
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
