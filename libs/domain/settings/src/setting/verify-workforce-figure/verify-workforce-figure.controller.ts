import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { LONGEST_ID } from '../entered-figures.js';
import { VerifyWorkforceFigure } from './verify-workforce-figure.handler.js';

export class VerifyWorkforceFigureBody extends CommandBody {
  @ApiProperty({ description: 'Id of the entry that was looked at' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_ID)
  entryId!: string;
}

@ApiTags('settings')
@ApiBearerAuth()
@Controller('settings/:urn/workforce-figure')
export class VerifyWorkforceFigureController {
  constructor(private readonly commands: CommandBus) {}

  @Post('verify')
  @Roles('operations', 'approver')
  @ApiOperation({ summary: 'Verify an entered figure against its document; never by who entered it' })
  verify(
    @Param('urn') urn: string,
    @Body() { entryId }: VerifyWorkforceFigureBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(new VerifyWorkforceFigure({ urn, entryId }, context));
  }
}
