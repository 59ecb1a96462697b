import type { CommandContext } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsOptional, IsString, MaxLength } from 'class-validator';
import { MOST_PAYMENTS } from '../payment-runs.js';
import { MakePaymentRun, type RunMade } from './make-payment-run.handler.js';

export class MakePaymentRunBody extends CommandBody {
  @ApiPropertyOptional({ type: [String], description: 'Ids of tranches; by default every one that is ready' })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_PAYMENTS)
  @IsString({ each: true })
  @MaxLength(100, { each: true })
  tranches?: string[];
}

@ApiTags('payments')
@ApiBearerAuth()
@Controller('programmes/:programmeId/payment-runs')
export class MakePaymentRunController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @Roles('payer')
  @ApiOperation({
    summary: 'Put released tranches into a payment run; never by who proposed or approved one of them',
  })
  make(
    @Param('programmeId') programmeId: string,
    @Body() { tranches }: MakePaymentRunBody,
    @CommandFrom() context: CommandContext,
  ): Promise<RunMade> {
    const input = { programmeId, ...(tranches === undefined ? {} : { tranches }) };
    return this.commands.execute(new MakePaymentRun(input, context));
  }
}
