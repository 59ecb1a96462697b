import type { CommandContext } from '#platform/event-store';
import { CommandFrom, Roles } from '#platform/http';
import { Body, Controller, HttpCode, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiBody, ApiConsumes, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { csvBody } from '#platform/csv';
import { ImportWorkforce, type WorkforceImported } from './import-workforce.handler.js';

@ApiTags('settings')
@ApiBearerAuth()
@Controller('settings/workforce-imports')
export class ImportWorkforceController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @HttpCode(200)
  @Roles('operations', 'administrator')
  @ApiOperation({
    summary: 'Import a school workforce census file: FTE teachers of each setting',
    description:
      'CSV in UTF-8 or Windows-1252, separated by commas, semicolons or tabs. All of the file or nothing is accepted. Only figures that differ from what is known are written. A column time_period, such as 202324, says of which academic year the census is.',
  })
  @ApiConsumes('text/csv')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiQuery({ name: 'file', description: 'The name of the file, by which it is cited as evidence' })
  @ApiQuery({ name: 'occurredAt', required: false, description: 'A date or an instant; default now' })
  import(
    @Body() body: unknown,
    @Query('file') file: string,
    @CommandFrom() context: CommandContext,
  ): Promise<WorkforceImported> {
    return this.commands.execute(new ImportWorkforce({ file, content: csvBody(body) }, context));
  }
}
