import type { CommandContext } from '#platform/event-store';
import { CommandFrom, Roles } from '#platform/http';
import { Body, Controller, HttpCode, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiBody, ApiConsumes, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { csvBody } from '#platform/csv';
import { ImportSettings, type SettingsImported } from './import-settings.handler.js';

@ApiTags('settings')
@ApiBearerAuth()
@Controller('settings/imports')
export class ImportSettingsController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @HttpCode(200)
  @Roles('operations', 'administrator')
  @ApiOperation({
    summary: 'Import a GIAS extract: settings are registered or their details changed',
    description:
      'CSV in UTF-8 or Windows-1252, separated by commas, semicolons or tabs. All of the file or nothing is accepted. Importing the same file again writes nothing. ' +
      'What it has no column for stays as it is known; a cell that is empty clears it.',
  })
  @ApiConsumes('text/csv')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiQuery({ name: 'file', description: 'The name of the file, by which it is cited as evidence' })
  @ApiQuery({ name: 'occurredAt', required: false, description: 'A date or an instant; default now' })
  import(
    @Body() body: unknown,
    @Query('file') file: string,
    @CommandFrom() context: CommandContext,
  ): Promise<SettingsImported> {
    return this.commands.execute(new ImportSettings({ file, content: csvBody(body) }, context));
  }
}
