import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, ValidateNested } from 'class-validator';
import { TrancheBody } from '../create-programme/create-programme.body.js';
import { MOST_TRANCHES } from '../programme-rules.js';
import { EffectiveDecisionBody } from '../decision-body/decision.body.js';
import { ReplaceTrancheSchedule } from './replace-tranche-schedule.handler.js';

export class ReplaceTrancheScheduleBody extends EffectiveDecisionBody {
  @ApiProperty({ type: [TrancheBody] })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_TRANCHES)
  @ValidateNested({ each: true })
  @Type(() => TrancheBody)
  tranches!: TrancheBody[];
}

@ApiTags('programmes')
@ApiBearerAuth()
@Controller('programmes/:programmeId')
export class ReplaceTrancheScheduleController {
  constructor(private readonly commands: CommandBus) {}

  @Post('tranche-schedule')
  @Roles('operations', 'administrator')
  @ApiOperation({ summary: 'Decides a new version of the tranche schedule, for offers made from a day on' })
  replace(
    @Param('programmeId') programmeId: string,
    @Body() { tranches, effectiveOn, reason }: ReplaceTrancheScheduleBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    const input = { programmeId, tranches, effectiveOn, reason };
    return this.commands.execute(new ReplaceTrancheSchedule(input, context));
  }
}
