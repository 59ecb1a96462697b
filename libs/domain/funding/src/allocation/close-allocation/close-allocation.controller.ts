import type { CommandContext, Outcome } from '#platform/event-store';
import { BecauseBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { UNDRAWN_GOES, type UndrawnGoes } from '../closing.js';
import { CloseAllocation } from './close-allocation.handler.js';

export class CloseAllocationBody extends BecauseBody {
  @ApiPropertyOptional({
    enum: UNDRAWN_GOES,
    description:
      'Where what was never drawn goes. Has to be said where the part was passed on to another setting; otherwise it goes to the fund.',
  })
  @IsOptional()
  @IsIn(UNDRAWN_GOES)
  undrawn?: UndrawnGoes;
}

@ApiTags('funding')
@Controller('programmes/:programmeId/allocations/:urn')
export class CloseAllocationController {
  constructor(private readonly commands: CommandBus) {}

  @Post('close')
  @Roles('approver')
  @ApiOperation({
    summary:
      'Close an allocation, with the reason: what was never drawn and what came back goes to the fund, or what was never drawn to the setting that took its part over',
  })
  close(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Body() { occurredAt: _, ...said }: CloseAllocationBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(new CloseAllocation({ ...said, programmeId, urn }, context));
  }
}
