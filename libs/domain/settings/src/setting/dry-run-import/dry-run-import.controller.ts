import type { CommandContext } from '#platform/event-store';
import { CommandFrom, Roles } from '#platform/http';
import { applyDecorators, Body, Controller, HttpCode, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiBody, ApiConsumes, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { csvBody } from '#platform/csv';
import { DryRunImport, type ImportDryRun } from './dry-run-import.handler.js';
import type { Importable } from './importable.js';
import { DRY_RUN_HOURS } from './kept-dry-run.js';

function dryRunOf(what: string): MethodDecorator {
  return applyDecorators(
    HttpCode(200),
    Roles('operations', 'administrator'),
    ApiOperation({
      summary: `Say what importing ${what} would do: rows that are new, changed, unchanged or rejected, with the reason`,
      description: `Nothing is written. The answer's token confirms it for ${DRY_RUN_HOURS} hours, as long as nothing that it rests on has changed.`,
    }),
    ApiConsumes('text/csv'),
    ApiBody({ schema: { type: 'string', format: 'binary' } }),
    ApiQuery({ name: 'file', description: 'The name of the file, by which it is cited as evidence' }),
    ApiQuery({ name: 'occurredAt', required: false, description: 'A date or an instant; default now' }),
  );
}

@ApiTags('settings')
@ApiBearerAuth()
@Controller('settings')
export class DryRunImportController {
  constructor(private readonly commands: CommandBus) {}

  @Post('imports/dry-runs')
  @dryRunOf('a GIAS extract')
  settings(
    @Body() body: unknown,
    @Query('file') file: string,
    @CommandFrom() context: CommandContext,
  ): Promise<ImportDryRun> {
    return this.dryRun('settings', body, file, context);
  }

  @Post('workforce-imports/dry-runs')
  @dryRunOf('a school workforce census file')
  workforce(
    @Body() body: unknown,
    @Query('file') file: string,
    @CommandFrom() context: CommandContext,
  ): Promise<ImportDryRun> {
    return this.dryRun('workforce', body, file, context);
  }

  @Post('link-imports/dry-runs')
  @dryRunOf('a GIAS file of links, in which what is counted are settings, each with all of its successors')
  links(
    @Body() body: unknown,
    @Query('file') file: string,
    @CommandFrom() context: CommandContext,
  ): Promise<ImportDryRun> {
    return this.dryRun('links', body, file, context);
  }

  private dryRun(
    what: Importable,
    body: unknown,
    file: string,
    context: CommandContext,
  ): Promise<ImportDryRun> {
    return this.commands.execute(new DryRunImport({ import: what, file, content: csvBody(body) }, context));
  }
}
