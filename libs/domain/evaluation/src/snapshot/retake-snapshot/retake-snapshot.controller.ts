import { Roles } from '#platform/http';
import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RetakeSnapshot, type RetakenSnapshot } from './retake-snapshot.query.js';

@ApiTags('evaluation')
@ApiBearerAuth()
@Controller('snapshots')
export class RetakeSnapshotController {
  constructor(private readonly queries: QueryBus) {}

  @Post(':snapshotId/retake')
  @HttpCode(200)
  @Roles('operations', 'board', 'auditor')
  @ApiOperation({
    summary: 'Compute a snapshot again from the events alone and compare it with what was frozen',
    description: 'Writes nothing. `same` is false when history before the cut is no longer what it was.',
  })
  async retake(@Param('snapshotId') id: string): Promise<RetakenSnapshot> {
    return this.queries.execute(new RetakeSnapshot(id));
  }
}
