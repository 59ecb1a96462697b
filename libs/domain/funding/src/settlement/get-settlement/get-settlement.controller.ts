import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Settlement } from '../settlement.js';
import { GetSettlement } from './get-settlement.query.js';

@ApiTags('funding')
@Controller('programmes/:programmeId/allocations/:urn/settlement')
export class GetSettlementController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({ summary: 'What a setting was paid, is accepted to have spent, and owes back' })
  get(@Param('programmeId') programmeId: string, @Param('urn') urn: string): Promise<Settlement> {
    return this.queries.execute(new GetSettlement({ programmeId, urn }));
  }
}
