import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsUUID } from 'class-validator';
import { VerifyPayeeDetails } from './verify-payee-details.handler.js';

export class VerifyPayeeDetailsBody extends CommandBody {
  @ApiProperty({ format: 'uuid', description: 'Of the details that were looked at' })
  @IsUUID()
  reference!: string;
}

@ApiTags('payments')
@ApiBearerAuth()
@Controller('settings/:urn/payee')
export class VerifyPayeeDetailsController {
  constructor(private readonly commands: CommandBus) {}

  @Post('verify')
  @Roles('operations', 'payer')
  @ApiOperation({ summary: "Verify a payee's details; never by who entered them" })
  verify(
    @Param('urn') urn: string,
    @Body() { reference }: VerifyPayeeDetailsBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(new VerifyPayeeDetails({ urn, reference }, context));
  }
}
