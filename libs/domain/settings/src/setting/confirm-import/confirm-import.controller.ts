import type { CommandContext } from '#platform/event-store';
import { CommandFrom, Roles } from '#platform/http';
import { applyDecorators, Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiBody, ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import { csvBody } from '#platform/csv';
import { ConfirmImport, type ImportConfirmed } from './confirm-import.handler.js';

function confirmationOf(what: string): MethodDecorator {
  return applyDecorators(
    HttpCode(200),
    Roles('operations', 'administrator'),
    ApiOperation({
      summary: `Do exactly what the dry run of ${what} said`,
      description:
        'The same file again, which is not kept. Refused with 412 if it, or a setting in it, has changed since. Confirming ' +
        'again finishes what was interrupted, and writes nothing twice.',
    }),
    ApiConsumes('text/csv'),
    ApiBody({ schema: { type: 'string', format: 'binary' } }),
  );
}

@ApiTags('settings')
@ApiBearerAuth()
@Controller('settings')
export class ConfirmImportController {
  constructor(private readonly commands: CommandBus) {}

  @Post('imports/dry-runs/:token/confirm')
  @confirmationOf('a GIAS extract')
  settings(
    @Param('token') token: string,
    @Body() body: unknown,
    @CommandFrom() context: CommandContext,
  ): Promise<ImportConfirmed> {
    return this.commands.execute(
      new ConfirmImport({ import: 'settings', token, content: csvBody(body) }, context),
    );
  }

  @Post('workforce-imports/dry-runs/:token/confirm')
  @confirmationOf('a school workforce census file')
  workforce(
    @Param('token') token: string,
    @Body() body: unknown,
    @CommandFrom() context: CommandContext,
  ): Promise<ImportConfirmed> {
    return this.commands.execute(
      new ConfirmImport({ import: 'workforce', token, content: csvBody(body) }, context),
    );
  }

  @Post('link-imports/dry-runs/:token/confirm')
  @confirmationOf('a GIAS file of links')
  links(
    @Param('token') token: string,
    @Body() body: unknown,
    @CommandFrom() context: CommandContext,
  ): Promise<ImportConfirmed> {
    return this.commands.execute(
      new ConfirmImport({ import: 'links', token, content: csvBody(body) }, context),
    );
  }
}
