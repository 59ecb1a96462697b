import { Roles } from '#platform/http';
import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Explanation } from '../explain-tranche/explanation.js';
import { ExplainPayment } from './explain-payment.query.js';

@ApiTags('payments')
@ApiBearerAuth()
@Controller('tranches')
export class ExplainPaymentController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':trancheId/payment/explanation')
  @Roles('operations', 'approver', 'payer', 'board', 'auditor')
  @ApiOperation({
    summary:
      'How a tranche was paid: its runs, the answers of the bank, reversals, and who verified the payee',
  })
  explain(@Param('trancheId') trancheId: string): Promise<Explanation> {
    return this.queries.execute(new ExplainPayment(trancheId));
  }
}
