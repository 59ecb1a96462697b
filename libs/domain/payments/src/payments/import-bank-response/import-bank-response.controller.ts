import { csvBody } from '#platform/csv';
import type { CommandContext } from '#platform/event-store';
import { CommandFrom, Roles } from '#platform/http';
import { Body, Controller, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiBody, ApiConsumes, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { runNumber } from '../payment-runs.js';
import { ImportBankResponse, type ResponseImported } from './import-bank-response.handler.js';

@ApiTags('payments')
@ApiBearerAuth()
@Controller('programmes/:programmeId/payment-runs/:run/bank-response')
export class ImportBankResponseController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @HttpCode(200)
  @Roles('payer')
  @ApiOperation({
    summary: "Import the bank's answer to a payment run: reference, amount, status and reason as CSV",
    description:
      'Separated by commas, semicolons or tabs. All of the file or nothing is accepted. Importing the same file again writes nothing, and tells what differs still. A row that repeats what ' +
      'is recorded of its payment passes and changes nothing; one that says otherwise refuses the file. A row with another amount than was ' +
      'instructed leaves its payment instructed, and is among `differing` of the answer and the differences of the reconciliation, ' +
      'until a later answer of the bank settles or fails the payment.',
  })
  @ApiConsumes('text/csv')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiQuery({ name: 'file', description: 'The name of the file, by which it is cited as evidence' })
  @ApiQuery({ name: 'occurredAt', required: false, description: 'A date or an instant; default now' })
  import(
    @Param('programmeId') programmeId: string,
    @Param('run') run: string,
    @Body() body: unknown,
    @Query('file') file: string,
    @CommandFrom() context: CommandContext,
  ): Promise<ResponseImported> {
    const input = { programmeId, run: runNumber(run), file, content: csvBody(body) };
    return this.commands.execute(new ImportBankResponse(input, context));
  }
}
