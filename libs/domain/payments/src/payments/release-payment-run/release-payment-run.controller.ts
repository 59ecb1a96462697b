import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { runNumber } from '../payment-runs.js';
import { ReleasePaymentRun } from './release-payment-run.handler.js';

export class ReleasePaymentRunBody extends CommandBody {
  @ApiProperty({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 of the file that was looked at' })
  @Matches(/^[0-9a-f]{64}$/, { message: '$property must be 64 hexadecimal digits, in lower case' })
  fileSha256!: string;
}

@ApiTags('payments')
@ApiBearerAuth()
@Controller('programmes/:programmeId/payment-runs/:run')
export class ReleasePaymentRunController {
  constructor(private readonly commands: CommandBus) {}

  @Post('release')
  @Roles('payer')
  @ApiOperation({ summary: 'Release a payment run; never by who made it, or signed for a tranche in it' })
  release(
    @Param('programmeId') programmeId: string,
    @Param('run') run: string,
    @Body() { fileSha256 }: ReleasePaymentRunBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    const input = { programmeId, run: runNumber(run), fileSha256 };
    return this.commands.execute(new ReleasePaymentRun(input, context));
  }
}
