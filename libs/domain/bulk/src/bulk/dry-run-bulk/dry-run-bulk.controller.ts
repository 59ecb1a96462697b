import { csvBody } from '#platform/csv';
import type { CommandContext } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { applyDecorators, Body, Controller, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import {
  ApiBearerAuth,
  ApiBody,
  ApiConsumes,
  ApiOperation,
  ApiPropertyOptional,
  ApiTags,
} from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import type { BulkAnswer } from '../keep-bulk/bulk-answer.js';
import { MOST_BULK_ROWS, type BulkAction } from '../read-rows/bulk-rows.js';
import { DryRunBulk } from './dry-run-bulk.handler.js';

/** What is said once for every row; a column of the same name says it for one. */
export class DryRunBulkQuery extends CommandBody {
  @ApiPropertyOptional({
    description: 'Instead of a file: `all`, `enrolled-not-audited`, `invited`, `proposed`',
  })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  filter?: string;

  @ApiPropertyOptional({ description: 'The name of the file' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  file?: string;

  @ApiPropertyOptional({ description: 'Of the report' })
  @IsOptional()
  @IsString()
  @MaxLength(2)
  window?: string;

  @ApiPropertyOptional({ example: '2025-06-30' })
  @IsOptional()
  @IsString()
  @MaxLength(10)
  dueOn?: string;

  @ApiPropertyOptional({ example: '2025-07-30' })
  @IsOptional()
  @IsString()
  @MaxLength(10)
  closesOn?: string;

  @ApiPropertyOptional({ description: 'Why a deadline is extended' })
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  reason?: string;
}

function dryRunOf(what: string): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      summary: `Say what ${what} would come to, row by row`,
      description: `Nothing is written. A CSV file of at most ${MOST_BULK_ROWS} rows with the column urn, or a filter; the token confirms it.`,
    }),
    ApiConsumes('text/csv'),
    ApiBody({ required: false, schema: { type: 'string', format: 'binary' } }),
  );
}

@ApiTags('bulk')
@ApiBearerAuth()
@Controller('programmes/:programmeId/bulk')
export class DryRunBulkController {
  constructor(private readonly commands: CommandBus) {}

  @Post('enrol/dry-runs')
  @HttpCode(200)
  @Roles('operations')
  @dryRunOf('enrolling many settings')
  enrol(
    @Param('programmeId') programmeId: string,
    @Query() query: DryRunBulkQuery,
    @Body() body: unknown,
    @CommandFrom() context: CommandContext,
  ): Promise<BulkAnswer> {
    return this.dryRun('enrol', { programmeId, query, body }, context);
  }

  @Post('extend/dry-runs')
  @HttpCode(200)
  @Roles('operations')
  @dryRunOf('extending the deadlines of many settings')
  extend(
    @Param('programmeId') programmeId: string,
    @Query() query: DryRunBulkQuery,
    @Body() body: unknown,
    @CommandFrom() context: CommandContext,
  ): Promise<BulkAnswer> {
    return this.dryRun('extend', { programmeId, query, body }, context);
  }

  @Post('remind/dry-runs')
  @HttpCode(200)
  @Roles('operations')
  @dryRunOf('reminding many settings of a report')
  remind(
    @Param('programmeId') programmeId: string,
    @Query() query: DryRunBulkQuery,
    @Body() body: unknown,
    @CommandFrom() context: CommandContext,
  ): Promise<BulkAnswer> {
    return this.dryRun('remind', { programmeId, query, body }, context);
  }

  @Post('approve/dry-runs')
  @HttpCode(200)
  @Roles('approver')
  @dryRunOf('approving many tranches')
  approve(
    @Param('programmeId') programmeId: string,
    @Query() query: DryRunBulkQuery,
    @Body() body: unknown,
    @CommandFrom() context: CommandContext,
  ): Promise<BulkAnswer> {
    return this.dryRun('approve', { programmeId, query, body }, context);
  }

  private dryRun(
    action: BulkAction,
    asked: { readonly programmeId: string; readonly query: DryRunBulkQuery; readonly body: unknown },
    context: CommandContext,
  ): Promise<BulkAnswer> {
    const { programmeId, query, body } = asked;
    const { filter, file, window, dueOn, closesOn, reason } = query;
    const defaults = {
      ...(window === undefined ? {} : { window }),
      ...(dueOn === undefined ? {} : { dueOn }),
      ...(closesOn === undefined ? {} : { closesOn }),
      ...(reason === undefined ? {} : { reason }),
    };
    const of = filter === undefined ? { file: file ?? 'rows.csv', content: csvBody(body) } : { filter };
    return this.commands.execute(new DryRunBulk({ programmeId, action, of, defaults }, context));
  }
}
