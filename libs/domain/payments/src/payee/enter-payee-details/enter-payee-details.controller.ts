import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import { EnterPayeeDetails } from './enter-payee-details.handler.js';

export class EnterPayeeDetailsBody extends CommandBody {
  @ApiProperty({ example: 'HANDFORD HALL', maxLength: 18 })
  @IsString()
  @MaxLength(18)
  accountName!: string;

  @ApiProperty({ example: '12-34-56' })
  @IsString()
  @MaxLength(20)
  sortCode!: string;

  @ApiProperty({ example: '12345678' })
  @IsString()
  @MaxLength(20)
  accountNumber!: string;
}

@ApiTags('payments')
@ApiBearerAuth()
@Controller('settings/:urn/payee')
export class EnterPayeeDetailsController {
  constructor(private readonly commands: CommandBus) {}

  @Post('enter')
  @Roles('operations', 'payer')
  @ApiOperation({
    summary: 'Enter the account a setting is paid to; it is paid once somebody else verified it',
  })
  enter(
    @Param('urn') urn: string,
    @Body() body: EnterPayeeDetailsBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    const { accountName, sortCode, accountNumber } = body;
    return this.commands.execute(
      new EnterPayeeDetails({ urn, accountName, sortCode, accountNumber }, context),
    );
  }
}
