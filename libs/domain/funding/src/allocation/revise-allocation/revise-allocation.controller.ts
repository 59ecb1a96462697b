import type { CommandContext, Outcome } from '#platform/event-store';
import { BecauseBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { RULES, type RevisionRule } from '../revisions.js';
import { ReviseAllocation } from './revise-allocation.handler.js';

export class ReviseAllocationBody extends BecauseBody {
  @ApiPropertyOptional({
    enum: RULES,
    default: 'same',
    description:
      'same: the rule the amount was worked out by, and the figure of its census or one verified in its place; in-force: the policy and the figure as they are on the day',
  })
  @IsOptional()
  @IsIn(RULES)
  rule?: RevisionRule;
}

@ApiTags('funding')
@Controller('programmes/:programmeId/allocations/:urn')
export class ReviseAllocationController {
  constructor(private readonly commands: CommandBus) {}

  @Post('revise')
  @Roles('operations')
  @ApiOperation({
    summary:
      'Work an allocation out again, up or down, because the figure or the policy it rests on was a mistake',
  })
  revise(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Body() { rule = 'same', reason }: ReviseAllocationBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(new ReviseAllocation({ programmeId, urn, rule, reason }, context));
  }
}
