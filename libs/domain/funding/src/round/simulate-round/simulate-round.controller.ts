import { Roles } from '#platform/http';
import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { SimulateRound, type RoundSimulation } from './simulate-round.query.js';

@ApiTags('funding')
@ApiBearerAuth()
@Controller('programmes/:programmeId/rounds')
export class SimulateRoundController {
  constructor(private readonly queries: QueryBus) {}

  @Get('simulation')
  @Roles('operations', 'approver', 'board', 'auditor')
  @ApiOperation({
    summary:
      'What an allocation round would give to every enrolled setting without an allocation; nothing is written',
  })
  simulate(@Param('programmeId') programmeId: string): Promise<RoundSimulation> {
    return this.queries.execute(new SimulateRound(programmeId));
  }
}
