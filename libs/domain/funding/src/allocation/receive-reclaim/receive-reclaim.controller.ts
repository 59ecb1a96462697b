import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsInt, IsNotEmpty, IsString, MaxLength, Min } from 'class-validator';
import { reclaimNumber } from '../money-back-number.js';
import { ReceiveReclaim } from './receive-reclaim.handler.js';

export class ReceiveReclaimBody extends CommandBody {
  @ApiProperty({ description: 'Whole pence', minimum: 1, example: 150000 })
  @IsInt()
  @Min(1)
  amountPence!: number;

  @ApiProperty({
    description: 'By which the bank knows the payment',
    maxLength: 100,
    example: 'BACS 20250317 0042',
  })
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  reference!: string;
}

@ApiTags('funding')
@Controller('programmes/:programmeId/allocations/:urn/reclaims/:reclaim')
export class ReceiveReclaimController {
  constructor(private readonly commands: CommandBus) {}

  @Post('receipts')
  @Roles('payer')
  @ApiOperation({ summary: 'Record money that came in for a reclaim, all of it or a part' })
  receive(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Param('reclaim') reclaim: string,
    @Body() { amountPence, reference }: ReceiveReclaimBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(
      new ReceiveReclaim(
        { programmeId, urn, reclaim: reclaimNumber(reclaim), amountPence, reference },
        context,
      ),
    );
  }
}
