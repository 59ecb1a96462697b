import { Roles } from '#platform/http';
import type { Page } from '#platform/read-store';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { SnapshotDocument } from './snapshots.projection.js';
import { ListSnapshots } from './snapshots.query.js';

@ApiTags('evaluation')
@ApiBearerAuth()
@Controller('programmes')
export class SnapshotsController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':programmeId/snapshots')
  @Roles('operations', 'board', 'auditor')
  @ApiOperation({ summary: 'The snapshots taken of a programme, newest first' })
  @ApiQuery({ name: 'atLeast', required: false, description: 'Position of a command to wait for' })
  @ApiQuery({ name: 'cursor', required: false, description: 'From the page before' })
  async list(
    @Param('programmeId') programmeId: string,
    @Query('atLeast') atLeast?: string,
    @Query('cursor') cursor?: string,
  ): Promise<Page<SnapshotDocument>> {
    return this.queries.execute(
      new ListSnapshots(programmeId, {
        ...(atLeast === undefined ? {} : { atLeast }),
        ...(cursor === undefined ? {} : { cursor }),
      }),
    );
  }
}
