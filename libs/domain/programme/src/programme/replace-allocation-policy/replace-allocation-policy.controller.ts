import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsDefined, IsObject, ValidateNested } from 'class-validator';
import { PolicyBody } from '../create-programme/create-programme.body.js';
import { EffectiveDecisionBody } from '../decision-body/decision.body.js';
import { ReplaceAllocationPolicy } from './replace-allocation-policy.handler.js';

export class ReplaceAllocationPolicyBody extends EffectiveDecisionBody {
  @ApiProperty({ type: PolicyBody })
  @IsDefined()
  @IsObject()
  @ValidateNested()
  @Type(() => PolicyBody)
  policy!: PolicyBody;
}

@ApiTags('programmes')
@ApiBearerAuth()
@Controller('programmes/:programmeId')
export class ReplaceAllocationPolicyController {
  constructor(private readonly commands: CommandBus) {}

  @Post('allocation-policy')
  @Roles('operations', 'administrator')
  @ApiOperation({ summary: 'Decides a new version of the allocation policy, in force from a day on' })
  replace(
    @Param('programmeId') programmeId: string,
    @Body() { policy, effectiveOn, reason }: ReplaceAllocationPolicyBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(
      new ReplaceAllocationPolicy({ programmeId, policy, effectiveOn, reason }, context),
    );
  }
}
