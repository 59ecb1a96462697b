import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { ReturnActionPlan } from './return-action-plan.handler.js';

export class ReturnActionPlanBody extends CommandBody {
  @ApiProperty({ maxLength: 4000, description: 'What the setting should change.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(4000)
  comments!: string;
}

@ApiTags('plans')
@Controller('programmes/:programmeId/settings/:urn/plan')
export class ReturnActionPlanController {
  constructor(private readonly commands: CommandBus) {}

  @Post('return')
  @Roles('operations', 'adviser', 'approver')
  @ApiOperation({ summary: 'Give a submitted plan back to its setting with comments' })
  giveBack(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Body() { comments }: ReturnActionPlanBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(new ReturnActionPlan({ programmeId, urn, comments }, context));
  }
}
