import { Roles } from '#platform/http';
import { Controller, Get, Param, StreamableFile } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { runNumber } from '../payment-runs.js';
import { GetPaymentFile, type PaymentFile } from './get-payment-file.query.js';

@ApiTags('payments')
@ApiBearerAuth()
@Controller('programmes/:programmeId/payment-runs/:run/file')
export class GetPaymentFileController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Roles('payer')
  @ApiOperation({ summary: 'The file for the bank; refused if it is not what was recorded' })
  @ApiProduces('text/csv')
  async get(@Param('programmeId') programmeId: string, @Param('run') run: string): Promise<StreamableFile> {
    const file = await this.queries.execute<GetPaymentFile, PaymentFile>(
      new GetPaymentFile({ programmeId, run: runNumber(run) }),
    );
    return new StreamableFile(Buffer.from(file.content), {
      type: 'text/csv; charset=utf-8',
      disposition: `attachment; filename="${file.name}"`,
    });
  }
}
