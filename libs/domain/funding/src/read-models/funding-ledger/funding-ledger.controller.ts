import { Roles, ROLES_OF_ALL_SETTINGS } from '#platform/http';
import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiProduces, ApiQuery, ApiTags } from '@nestjs/swagger';
import { GetLedger } from './get-ledger.query.js';
import type { Ledger } from './ledger-answer.js';
import { LEDGER_LINES, ledgerCsv, parseLedgerLines } from './ledger-csv.js';

const CUT = 'a date in Europe/London, to the end of that day, or an instant with offset; inclusive';

@ApiTags('funding')
@Controller('programmes/:programmeId/ledger')
export class FundingLedgerController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Roles(...ROLES_OF_ALL_SETTINGS)
  @ApiOperation({ summary: "A programme's ledger: now, as it was, or as it was known" })
  @ApiQuery({ name: 'asOf', required: false, description: `What had happened by then: ${CUT}` })
  @ApiQuery({ name: 'recordedAsOf', required: false, description: `What was recorded by then: ${CUT}` })
  @ApiQuery({ name: 'atLeast', required: false, description: 'A position the answer must have seen' })
  get(
    @Param('programmeId') programmeId: string,
    @Query('asOf') asOf?: string,
    @Query('recordedAsOf') recordedAsOf?: string,
    @Query('atLeast') atLeast?: string,
  ): Promise<Ledger> {
    return this.queries.execute(new GetLedger(asked(programmeId, asOf, recordedAsOf), atLeast));
  }

  @Get('export')
  @Roles(...ROLES_OF_ALL_SETTINGS)
  @Header('content-type', 'text/csv; charset=utf-8')
  @Header('content-disposition', 'attachment; filename="ledger.csv"')
  @ApiProduces('text/csv')
  @ApiOperation({
    summary:
      'The same as CSV: one line of the programme; or a line for each setting, tranche or academic year, and the totals',
  })
  @ApiQuery({ name: 'lines', required: false, enum: LEDGER_LINES, description: 'By default settings' })
  @ApiQuery({ name: 'asOf', required: false, description: `What had happened by then: ${CUT}` })
  @ApiQuery({ name: 'recordedAsOf', required: false, description: `What was recorded by then: ${CUT}` })
  @ApiQuery({ name: 'atLeast', required: false, description: 'A position the answer must have seen' })
  async export(
    @Param('programmeId') programmeId: string,
    @Query('lines') lines?: string,
    @Query('asOf') asOf?: string,
    @Query('recordedAsOf') recordedAsOf?: string,
    @Query('atLeast') atLeast?: string,
  ): Promise<string> {
    const by = parseLedgerLines(lines ?? 'setting');
    const ledger = await this.queries.execute<GetLedger, Ledger>(
      new GetLedger(asked(programmeId, asOf, recordedAsOf), atLeast),
    );
    return ledgerCsv(ledger, by);
  }
}

function asked(programmeId: string, asOf?: string, recordedAsOf?: string): GetLedger['input'] {
  return {
    programmeId,
    ...(asOf === undefined ? {} : { asOf }),
    ...(recordedAsOf === undefined ? {} : { recordedAsOf }),
  };
}
