import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { reclaimNumber } from '../money-back-number.js';
import { ApproveReclaim } from './approve-reclaim.handler.js';

@ApiTags('funding')
@Controller('programmes/:programmeId/allocations/:urn/reclaims/:reclaim')
export class ApproveReclaimController {
  constructor(private readonly commands: CommandBus) {}

  @Post('approve')
  @Roles('approver')
  @ApiOperation({ summary: 'Approve a reclaim that somebody else proposed: the setting owes the money' })
  approve(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Param('reclaim') reclaim: string,
    @Body() _body: CommandBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(
      new ApproveReclaim({ programmeId, urn, reclaim: reclaimNumber(reclaim) }, context),
    );
  }
}
