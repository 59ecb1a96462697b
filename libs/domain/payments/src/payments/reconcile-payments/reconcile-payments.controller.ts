import { Roles } from '#platform/http';
import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ReconcilePayments } from './reconcile-payments.query.js';
import type { Reconciliation } from './reconciliation.js';

@ApiTags('payments')
@ApiBearerAuth()
@Controller('programmes/:programmeId/reconciliation')
export class ReconcilePaymentsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Roles('operations', 'payer', 'board', 'auditor')
  @ApiOperation({ summary: 'What was approved, sent and settled, to the penny, and every difference' })
  reconcile(@Param('programmeId') programmeId: string): Promise<Reconciliation> {
    return this.queries.execute(new ReconcilePayments({ programmeId }));
  }
}
