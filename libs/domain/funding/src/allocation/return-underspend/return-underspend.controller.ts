import type { CommandContext, Outcome } from '#platform/event-store';
import { BecauseBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsInt, IsNotEmpty, IsString, MaxLength, Min } from 'class-validator';
import { trancheNumber } from '../tranche-id.js';
import { ReturnUnderspend } from './return-underspend.handler.js';

export class ReturnUnderspendBody extends BecauseBody {
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
@Controller('programmes/:programmeId/allocations/:urn/tranches/:number')
export class ReturnUnderspendController {
  constructor(private readonly commands: CommandBus) {}

  @Post('returns')
  @Roles('payer')
  @ApiOperation({ summary: 'Record what a setting paid back of its own accord of a paid tranche' })
  return(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Param('number') number: string,
    @Body() { amountPence, reference, reason }: ReturnUnderspendBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(
      new ReturnUnderspend(
        { programmeId, urn, number: trancheNumber(number), amountPence, reference, reason },
        context,
      ),
    );
  }
}
