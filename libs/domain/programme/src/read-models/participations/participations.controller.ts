import { OwnSettings } from '#platform/http';
import type { Page } from '#platform/read-store';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { ListParticipations, type ParticipationRow } from './participations.query.js';

@ApiTags('programmes')
@ApiBearerAuth()
@Controller('programmes/:programmeId/participations')
export class ParticipationsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({
    summary: 'The settings invited to or enrolled in a programme: by name, or as a work list, oldest first',
  })
  @ApiQuery({
    name: 'next',
    required: false,
    description: 'Only those on which they act: setting, operations or board',
  })
  @ApiQuery({
    name: 'reviewOverdueOn',
    required: false,
    description: 'Only those whose yearly financial review was due before this date',
    example: '2025-09-01',
  })
  @ApiQuery({ name: 'atLeast', required: false, description: 'A position the answer must have seen' })
  @ApiQuery({ name: 'cursor', required: false, description: 'From the page before' })
  list(
    @Param('programmeId') programmeId: string,
    @OwnSettings() urns: readonly string[] | undefined,
    @Query('next') next?: string,
    @Query('reviewOverdueOn') reviewOverdueOn?: string,
    @Query('atLeast') atLeast?: string,
    @Query('cursor') cursor?: string,
  ): Promise<Page<ParticipationRow>> {
    return this.queries.execute(
      new ListParticipations(programmeId, {
        ...(urns === undefined ? {} : { urns }),
        ...(next === undefined ? {} : { next }),
        ...(reviewOverdueOn === undefined ? {} : { reviewOverdueOn }),
        ...(atLeast === undefined ? {} : { atLeast }),
        ...(cursor === undefined ? {} : { cursor }),
      }),
    );
  }
}
