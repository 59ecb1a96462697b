import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { GetSettingLedger, type SettingsLine } from './get-setting-ledger.query.js';

@ApiTags('funding')
@Controller('programmes/:programmeId/settings/:urn/ledger')
export class SettingLedgerController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({ summary: "One setting's line of the ledger, with its tranches" })
  @ApiQuery({ name: 'asOf', required: false, description: 'By when it happened, as for the ledger' })
  @ApiQuery({ name: 'recordedAsOf', required: false, description: 'By when it was recorded' })
  @ApiQuery({ name: 'atLeast', required: false, description: 'A position the answer must have seen' })
  get(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Query('asOf') asOf?: string,
    @Query('recordedAsOf') recordedAsOf?: string,
    @Query('atLeast') atLeast?: string,
  ): Promise<SettingsLine> {
    const cut = {
      ...(asOf === undefined ? {} : { asOf }),
      ...(recordedAsOf === undefined ? {} : { recordedAsOf }),
    };
    return this.queries.execute(new GetSettingLedger({ programmeId, urn, ...cut }, atLeast));
  }
}
