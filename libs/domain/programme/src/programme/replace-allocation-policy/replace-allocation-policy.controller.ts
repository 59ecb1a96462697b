import { NOT_BLANK } from '#kernel';
import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsDefined, IsObject, IsString, Matches, MaxLength, ValidateNested } from 'class-validator';
import { PolicyBody } from '../create-programme/create-programme.body.js';
import { LONGEST_REASON } from '../effective-day.js';
import { ReplaceAllocationPolicy } from './replace-allocation-policy.handler.js';

export class ReplaceAllocationPolicyBody extends CommandBody {
  @ApiProperty({ type: PolicyBody })
  @IsDefined()
  @IsObject()
  @ValidateNested()
  @Type(() => PolicyBody)
  policy!: PolicyBody;

  @ApiProperty({ example: '2025-09-01', description: 'The first day on which it is in force.' })
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: '$property must be a date written YYYY-MM-DD' })
  effectiveOn!: string;

  @ApiProperty({ example: 'Decided by the board, minute 14.' })
  @IsString()
  @Matches(new RegExp(NOT_BLANK), { message: 'reason must not be blank' })
  @MaxLength(LONGEST_REASON)
  reason!: string;
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
