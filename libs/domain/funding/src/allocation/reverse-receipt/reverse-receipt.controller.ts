import type { CommandContext, Outcome } from '#platform/event-store';
import { BecauseBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { receiptNumber } from '../money-back-number.js';
import { ReverseReceipt } from './reverse-receipt.handler.js';

@ApiTags('funding')
@Controller('programmes/:programmeId/allocations/:urn/receipts/:receipt')
export class ReverseReceiptController {
  constructor(private readonly commands: CommandBus) {}

  @Post('reverse')
  @Roles('payer')
  @ApiOperation({
    summary: 'Reverse a receipt, with the reason: the money had not come back, or went out again',
    description:
      'Of a closed allocation too: the fund commits the money again first, which is refused if it does not have it, and the allocation is closed anew for what it came to. So in a closed programme: what the receipt accounted for is outstanding again, and what did come in is recorded anew',
  })
  reverse(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Param('receipt') receipt: string,
    @Body() { reason }: BecauseBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(
      new ReverseReceipt({ programmeId, urn, receipt: receiptNumber(receipt), reason }, context),
    );
  }
}
