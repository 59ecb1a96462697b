import { Roles, ROLES_OF_ALL_SETTINGS } from '#platform/http';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { ListRounds, type RoundRow } from './list-rounds.query.js';

@ApiTags('funding')
@Controller('programmes/:programmeId/rounds')
export class RoundsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Roles(...ROLES_OF_ALL_SETTINGS)
  @ApiOperation({
    summary:
      'The allocation rounds of a programme: how far each is, who was not offered anything, and whose share waits for its revision',
    description:
      'toOffer counts the settings that nothing is missing of and whose offers are still to be made, waiting those whose offer waits for a check, a decision of the board or the end of a pause',
  })
  @ApiQuery({ name: 'atLeast', required: false, description: 'A position the answer must have seen' })
  list(
    @Param('programmeId') programmeId: string,
    @Query('atLeast') atLeast?: string,
  ): Promise<readonly RoundRow[]> {
    return this.queries.execute(new ListRounds({ programmeId }, atLeast));
  }
}
