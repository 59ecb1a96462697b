import type { CommandContext, Outcome } from '#platform/event-store';
import { BecauseBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { ReversePayment } from './reverse-payment.handler.js';

export class ReversePaymentBody extends BecauseBody {
  @ApiProperty({
    enum: ['failed', 'instructed'],
    description: 'failed: all of the money came back; instructed: it had not failed',
  })
  @IsIn(['failed', 'instructed'])
  becomes!: 'failed' | 'instructed';
}

@ApiTags('payments')
@ApiBearerAuth()
@Controller('programmes/:programmeId/payments/:trancheId')
export class ReversePaymentController {
  constructor(private readonly commands: CommandBus) {}

  @Post('reverse')
  @Roles('payer')
  @ApiOperation({
    summary: 'Reverse what was recorded of a payment: it came back, or had not failed',
    description:
      'To failed: one that was settled, or for which the bank named another amount (`differs`), once all of it has come back. ' +
      'To instructed: one that failed.',
  })
  reverse(
    @Param('programmeId') programmeId: string,
    @Param('trancheId') trancheId: string,
    @Body() { becomes, reason }: ReversePaymentBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(new ReversePayment({ programmeId, trancheId, becomes, reason }, context));
  }
}
