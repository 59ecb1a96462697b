import { isToldOfPayments } from '#domain/programme';
import type { Actor } from '#kernel';
import { ActorFrom, OwnSettings } from '#platform/http';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { ListWorkLists, type WorkListCount } from './list-work-lists.query.js';

@ApiTags('work lists')
@ApiBearerAuth()
@Controller('programmes/:programmeId/work-lists')
export class WorkListsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({
    summary: 'How much waits for each desk, how much of it is overdue, and since when the oldest waits',
  })
  @ApiQuery({ name: 'atLeast', required: false, description: 'A position the answer must have seen' })
  list(
    @Param('programmeId') programmeId: string,
    @OwnSettings() urns: readonly string[] | undefined,
    @ActorFrom() actor: Actor | undefined,
    @Query('atLeast') atLeast?: string,
  ): Promise<readonly WorkListCount[]> {
    const withoutPayments = !isToldOfPayments(actor);
    const input = { programmeId, withoutPayments, ...(urns === undefined ? {} : { urns }) };
    return this.queries.execute(new ListWorkLists(input, atLeast));
  }
}
