import { partsOf } from '#kernel';
import { OwnSettings, SettingIn } from '#platform/http';
import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Explanation } from './explanation.js';
import { ExplainTranche } from './explain-tranche.query.js';

@ApiTags('funding')
@Controller('tranches')
export class ExplainTrancheController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':trancheId/explanation')
  @SettingIn('params', 'trancheId', (id) => partsOf(id).urn)
  @ApiOperation({ summary: 'Why a tranche was released, down to the row of the file; or what it waits for' })
  explain(
    @Param('trancheId') trancheId: string,
    @OwnSettings() urns: readonly string[] | undefined,
  ): Promise<Explanation> {
    return this.queries.execute(new ExplainTranche(trancheId, urns));
  }
}
