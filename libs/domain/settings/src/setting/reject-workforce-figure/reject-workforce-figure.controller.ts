import type { CommandContext, Outcome } from '#platform/event-store';
import { BecauseBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { LONGEST_ID } from '../entered-figures.js';
import { RejectWorkforceFigure } from './reject-workforce-figure.handler.js';

export class RejectWorkforceFigureBody extends BecauseBody {
  @ApiProperty({ description: 'Id of the entry that was looked at' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_ID)
  entryId!: string;
}

@ApiTags('settings')
@ApiBearerAuth()
@Controller('settings/:urn/workforce-figure')
export class RejectWorkforceFigureController {
  constructor(private readonly commands: CommandBus) {}

  @Post('reject')
  @Roles('operations', 'approver')
  @ApiOperation({ summary: 'Reject an entered figure, with the reason; never by who entered it' })
  reject(
    @Param('urn') urn: string,
    @Body() { entryId, reason }: RejectWorkforceFigureBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(new RejectWorkforceFigure({ urn, entryId, reason }, context));
  }
}
