import { Roles } from '#platform/http';
import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ShowPayee, type PayeeShown } from './show-payee.query.js';

@ApiTags('payments')
@ApiBearerAuth()
@Controller('settings/:urn/payee')
export class ShowPayeeController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Roles('operations', 'payer', 'auditor', 'setting')
  @ApiOperation({ summary: 'Where a setting is paid, masked, and who entered and verified it' })
  show(@Param('urn') urn: string): Promise<PayeeShown> {
    return this.queries.execute(new ShowPayee({ urn }));
  }
}
