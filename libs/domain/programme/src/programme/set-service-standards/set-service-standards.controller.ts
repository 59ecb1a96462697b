import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsInt, IsString, Max, Min, ValidateNested } from 'class-validator';
import { EffectiveDecisionBody } from '../decision-body/decision.body.js';
import { LONGEST_STANDARD_DAYS, STANDARDS_OF } from '../service-standards.js';
import { SetServiceStandards } from './set-service-standards.handler.js';

export class ServiceStandardBody {
  @ApiProperty({
    enum: STANDARDS_OF,
    example: 'judge-report',
    description: 'A desk, for all that waits for it, or one action, whose own standard goes before that',
  })
  @IsString()
  of!: string;

  @ApiProperty({
    minimum: 1,
    maximum: LONGEST_STANDARD_DAYS,
    example: 10,
    description: 'The last day for it is so many days after the day on which it became theirs to do',
  })
  @IsInt()
  @Min(1)
  @Max(LONGEST_STANDARD_DAYS)
  days!: number;
}

export class SetServiceStandardsBody extends EffectiveDecisionBody {
  @ApiProperty({
    type: [ServiceStandardBody],
    description: 'All of them: of whom nothing is said, the default holds, 28 days for a setting and 14 else',
  })
  @IsArray()
  @ArrayMaxSize(STANDARDS_OF.length)
  @ValidateNested({ each: true })
  @Type(() => ServiceStandardBody)
  standards!: ServiceStandardBody[];
}

@ApiTags('programmes')
@ApiBearerAuth()
@Controller('programmes/:programmeId')
export class SetServiceStandardsController {
  constructor(private readonly commands: CommandBus) {}

  @Post('service-standards')
  @Roles('board', 'administrator')
  @ApiOperation({
    summary: 'Decides, from a day on, within how many days each desk does what waits for it',
    description:
      'By them `nextUntil` and, on the work lists, `until` follow for all that has no last day of its own. What became somebody’s to do before that day keeps the last day that it had.',
  })
  set(
    @Param('programmeId') programmeId: string,
    @Body() { standards, effectiveOn, reason }: SetServiceStandardsBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    const input = { programmeId, standards, effectiveOn, reason };
    return this.commands.execute(new SetServiceStandards(input, context));
  }
}
