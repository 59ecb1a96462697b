import { OwnSettings, SettingIn } from '#platform/http';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiParam, ApiQuery, ApiTags } from '@nestjs/swagger';
import { trancheNumber } from '../allocation/tranche-id.js';
import type { Explanation } from '../explain-tranche/explanation.js';
import { ExplainLedger } from './explain-ledger.query.js';
import { FIGURE_NAMES } from './figures.js';

@ApiTags('funding')
@Controller('programmes/:programmeId/ledger/figures/:figure/explanation')
export class ExplainLedgerController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @SettingIn('query', 'urn')
  @ApiOperation({
    summary: 'Why a figure on the ledger is what it is: every event that adds to it or takes from it',
  })
  @ApiParam({ name: 'figure', enum: FIGURE_NAMES })
  @ApiQuery({ name: 'urn', required: false, description: 'Of one setting, followed down to the files' })
  @ApiQuery({ name: 'tranche', required: false, description: 'Of one tranche of that setting' })
  @ApiQuery({ name: 'academicYear', required: false, description: 'What moved in it', example: '2023/24' })
  @ApiQuery({ name: 'asOf', required: false, description: 'By when it happened' })
  @ApiQuery({ name: 'recordedAsOf', required: false, description: 'By when it was recorded' })
  explain(
    @Param('programmeId') programmeId: string,
    @Param('figure') figure: string,
    @OwnSettings() urns: readonly string[] | undefined,
    @Query('urn') urn?: string,
    @Query('tranche') tranche?: string,
    @Query('academicYear') academicYear?: string,
    @Query('asOf') asOf?: string,
    @Query('recordedAsOf') recordedAsOf?: string,
  ): Promise<Explanation> {
    return this.queries.execute(
      new ExplainLedger({
        ...{ programmeId, figure },
        ...(urns === undefined ? {} : { urns }),
        ...(urn === undefined ? {} : { urn }),
        ...(tranche === undefined ? {} : { tranche: trancheNumber(tranche) }),
        ...(academicYear === undefined ? {} : { academicYear }),
        ...(asOf === undefined ? {} : { asOf }),
        ...(recordedAsOf === undefined ? {} : { recordedAsOf }),
      }),
    );
  }
}
