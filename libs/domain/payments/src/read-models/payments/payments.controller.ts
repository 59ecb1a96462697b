import { OwnSettings, Roles } from '#platform/http';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { PAYMENT_STATUSES, type PaymentDocument } from './payments.projection.js';
import { ListPaymentRuns, ListPayments, type RunShown } from './payments.query.js';

@ApiTags('payments')
@ApiBearerAuth()
@Controller('programmes/:programmeId')
export class PaymentsController {
  constructor(private readonly queries: QueryBus) {}

  @Get('payments')
  @Roles('operations', 'approver', 'payer', 'board', 'auditor', 'setting')
  @ApiOperation({ summary: 'The payments of a programme by tranche and run, and who acts next on each' })
  @ApiQuery({ name: 'status', required: false, enum: PAYMENT_STATUSES })
  @ApiQuery({ name: 'atLeast', required: false, description: 'A position the answer must have seen' })
  payments(
    @Param('programmeId') programmeId: string,
    @OwnSettings() urns: readonly string[] | undefined,
    @Query('status') status?: string,
    @Query('atLeast') atLeast?: string,
  ): Promise<readonly PaymentDocument[]> {
    const input = {
      programmeId,
      ...(urns === undefined ? {} : { urns }),
      ...(status === undefined ? {} : { status }),
    };
    return this.queries.execute(new ListPayments(input, atLeast));
  }

  @Get('payment-runs')
  @Roles('operations', 'approver', 'payer', 'board', 'auditor')
  @ApiOperation({ summary: 'The payment runs of a programme, the newest first' })
  runs(@Param('programmeId') programmeId: string): Promise<readonly RunShown[]> {
    return this.queries.execute(new ListPaymentRuns({ programmeId }));
  }
}
