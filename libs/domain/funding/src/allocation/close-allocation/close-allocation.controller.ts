import type { CommandContext, Outcome } from '#platform/event-store';
import { BecauseBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { CloseAllocation } from './close-allocation.handler.js';

@ApiTags('funding')
@Controller('programmes/:programmeId/allocations/:urn')
export class CloseAllocationController {
  constructor(private readonly commands: CommandBus) {}

  @Post('close')
  @Roles('approver')
  @ApiOperation({
    summary: 'Close an allocation, with the reason: what was never drawn and what came back goes to the fund',
  })
  close(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Body() { reason }: BecauseBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(new CloseAllocation({ programmeId, urn, reason }, context));
  }
}
