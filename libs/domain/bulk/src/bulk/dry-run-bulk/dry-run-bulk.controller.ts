import { refusal, RefusalError } from '#kernel';
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
import { MOST_ROWS_TOLD, pageOf, type BulkAnswer } from '../keep-bulk/bulk-answer.js';
import type { BulkAction } from '../read-rows/bulk-columns.js';
import { MOST_BULK_ROWS } from '../read-rows/bulk-rows.js';
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

  @ApiPropertyOptional({
    description: 'Instead of a file: every setting with something on this work list, such as `setting`',
  })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  list?: string;

  @ApiPropertyOptional({
    description:
      'With `list`: only what is of this kind, such as `report`, or has these words in what is to be done',
  })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  item?: string;

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
      description: `Nothing is written. A CSV file of at most ${MOST_BULK_ROWS} rows with the column urn, or a filter, or a work list; the token confirms it. The answer tells the first ${MOST_ROWS_TOLD} rows.`,
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

  private async dryRun(
    action: BulkAction,
    asked: { readonly programmeId: string; readonly query: DryRunBulkQuery; readonly body: unknown },
    context: CommandContext,
  ): Promise<BulkAnswer> {
    const { programmeId, query, body } = asked;
    const { window, dueOn, closesOn, reason } = query;
    const defaults = {
      ...(window === undefined ? {} : { window }),
      ...(dueOn === undefined ? {} : { dueOn }),
      ...(closesOn === undefined ? {} : { closesOn }),
      ...(reason === undefined ? {} : { reason }),
    };
    const dryRun = new DryRunBulk({ programmeId, action, of: whichOf(query, body), defaults }, context);
    return pageOf(await this.commands.execute<DryRunBulk, BulkAnswer>(dryRun));
  }
}

/** @throws RefusalError `BULK.ONE_SELECTION` */
function whichOf({ filter, list, item, file }: DryRunBulkQuery, body: unknown): DryRunBulk['input']['of'] {
  const given = [
    ...(filter === undefined ? [] : ['filter']),
    ...(list === undefined ? [] : ['list']),
    ...(body instanceof Uint8Array && body.byteLength > 0 ? ['a file'] : []),
  ];
  if (given.length > 1 || (item !== undefined && list === undefined)) {
    const what = given.length > 1 ? `these are ${given.join(' and ')}` : 'item goes with list';
    const message = `say which settings are meant in one way, by a file, a filter or a list: ${what}`;
    throw new RefusalError(refusal('BULK.ONE_SELECTION', 'invalid', message, { field: 'filter' }));
  }
  if (filter !== undefined) return { filter };
  if (list !== undefined) return { list, ...(item === undefined ? {} : { item }) };
  return { file: file ?? 'rows.csv', content: csvBody(body) };
}
