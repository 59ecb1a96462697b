import { CommandBody, CommandFrom, Roles } from '#platform/http';
import type { CommandContext, Outcome } from '#platform/event-store';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { TakeSnapshot } from './take-snapshot.handler.js';

export class TakeSnapshotBody extends CommandBody {}

@ApiTags('evaluation')
@ApiBearerAuth()
@Controller('programmes')
export class TakeSnapshotController {
  constructor(private readonly commands: CommandBus) {}

  @Post(':programmeId/snapshots')
  @Roles('operations', 'board', 'auditor')
  @ApiOperation({ summary: 'Measure the programme by everything recorded until now, and freeze the result' })
  async take(
    @Param('programmeId') programmeId: string,
    @Body() _body: TakeSnapshotBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(new TakeSnapshot({ programmeId }, context));
  }
}
