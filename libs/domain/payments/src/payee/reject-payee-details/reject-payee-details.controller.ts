import type { CommandContext, Outcome } from '#platform/event-store';
import { BecauseBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsUUID } from 'class-validator';
import { RejectPayeeDetails } from './reject-payee-details.handler.js';

export class RejectPayeeDetailsBody extends BecauseBody {
  @ApiProperty({ format: 'uuid', description: 'Of the details that were looked at' })
  @IsUUID()
  reference!: string;
}

@ApiTags('payments')
@ApiBearerAuth()
@Controller('settings/:urn/payee')
export class RejectPayeeDetailsController {
  constructor(private readonly commands: CommandBus) {}

  @Post('reject')
  @Roles('operations', 'payer')
  @ApiOperation({ summary: "Find a payee's details to be wrong, with the reason; never by who entered them" })
  reject(
    @Param('urn') urn: string,
    @Body() { reference, reason }: RejectPayeeDetailsBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(new RejectPayeeDetails({ urn, reference, reason }, context));
  }
}
