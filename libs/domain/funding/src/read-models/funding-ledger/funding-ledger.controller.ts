import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { GetLedger } from './get-ledger.query.js';
import type { Ledger } from './ledger-answer.js';

const CUT = 'a date in Europe/London, to the end of that day, or an instant with offset; inclusive';

@ApiTags('funding')
@Controller('programmes/:programmeId/ledger')
export class FundingLedgerController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
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
    const input = {
      programmeId,
      ...(asOf === undefined ? {} : { asOf }),
      ...(recordedAsOf === undefined ? {} : { recordedAsOf }),
    };
    return this.queries.execute(new GetLedger(input, atLeast));
  }
}
