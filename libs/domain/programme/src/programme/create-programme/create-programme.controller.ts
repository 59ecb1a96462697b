import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CreateProgrammeBody } from './create-programme.body.js';
import { CreateProgramme } from './create-programme.handler.js';

@ApiTags('programmes')
@ApiBearerAuth()
@Controller('programmes')
export class CreateProgrammeController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @Roles('operations', 'administrator')
  @ApiOperation({ summary: 'Set up a programme: dates, budget, allocation policy, tranches, report windows' })
  create(
    @Body() { occurredAt: _, ...input }: CreateProgrammeBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(new CreateProgramme(input, context));
  }
}
