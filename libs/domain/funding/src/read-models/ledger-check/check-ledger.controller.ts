import { Roles, ROLES_OF_ALL_SETTINGS } from '#platform/http';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { CheckLedger, type LedgerCheck } from './check-ledger.query.js';

@ApiTags('funding')
@Controller('programmes/:programmeId/ledger/check')
export class CheckLedgerController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Roles(...ROLES_OF_ALL_SETTINGS)
  @ApiOperation({
    summary: 'Whether the identities of the ledger have held after every event, and which did not',
  })
  @ApiQuery({ name: 'atLeast', required: false, description: 'A position the answer must have seen' })
  check(@Param('programmeId') programmeId: string, @Query('atLeast') atLeast?: string): Promise<LedgerCheck> {
    return this.queries.execute(new CheckLedger({ programmeId }, atLeast));
  }
}
