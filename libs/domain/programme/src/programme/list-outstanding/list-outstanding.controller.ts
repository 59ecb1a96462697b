import { Roles, ROLES_OF_ALL_SETTINGS } from '#platform/http';
import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ListOutstanding, type OutstandingAnswer } from './list-outstanding.query.js';

@ApiTags('programmes')
@ApiBearerAuth()
@Controller('programmes/:programmeId')
export class ListOutstandingController {
  constructor(private readonly queries: QueryBus) {}

  @Get('outstanding')
  @Roles(...ROLES_OF_ALL_SETTINGS)
  @ApiOperation({ summary: 'What has to end before the programme can be closed, oldest first' })
  list(@Param('programmeId') programmeId: string): Promise<OutstandingAnswer> {
    return this.queries.execute(new ListOutstanding(programmeId));
  }
}
