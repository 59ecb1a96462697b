import type { Page } from '#platform/read-store';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { ParticipationDocument } from './participations.projection.js';
import { ListParticipations } from './participations.query.js';

@ApiTags('programmes')
@ApiBearerAuth()
@Controller('programmes/:programmeId/participations')
export class ParticipationsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({ summary: 'The settings enrolled in a programme, by name' })
  @ApiQuery({ name: 'atLeast', required: false, description: 'A position the answer must have seen' })
  @ApiQuery({ name: 'cursor', required: false, description: 'From the page before' })
  list(
    @Param('programmeId') programmeId: string,
    @Query('atLeast') atLeast?: string,
    @Query('cursor') cursor?: string,
  ): Promise<Page<ParticipationDocument>> {
    return this.queries.execute(
      new ListParticipations(programmeId, {
        ...(atLeast === undefined ? {} : { atLeast }),
        ...(cursor === undefined ? {} : { cursor }),
      }),
    );
  }
}
