import { ACTIONS, DESKS, isToldOfPayments } from '#domain/programme';
import type { Actor } from '#kernel';
import { ActorFrom, OwnSettings } from '#platform/http';
import { pageLimit } from '#platform/read-store';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiQuery, ApiTags } from '@nestjs/swagger';
import { GetWorkList, type WorkList } from './get-work-list.query.js';

@ApiTags('work lists')
@ApiBearerAuth()
@Controller('programmes/:programmeId/work-lists/:desk')
export class WorkListController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({
    summary: 'What waits for one desk: overdue first, then what has waited longest',
    description:
      '`until` is the last day for it, and so is `nextUntil` wherever whose turn it is is shown: its own, such as the due day of a report or the end of an offer; else as many days after `since` as the service standards said on that day. `nextUntil` is null where nobody need do anything.',
  })
  @ApiParam({ name: 'desk', enum: DESKS })
  @ApiQuery({ name: 'urn', required: false, description: 'What waits on this setting only' })
  @ApiQuery({
    name: 'action',
    required: false,
    enum: Object.keys(ACTIONS),
    description: 'What waits for this to be done only',
  })
  @ApiQuery({ name: 'limit', required: false, type: Number })
  @ApiQuery({ name: 'atLeast', required: false, description: 'A position the answer must have seen' })
  get(
    @Param('programmeId') programmeId: string,
    @OwnSettings() urns: readonly string[] | undefined,
    @ActorFrom() actor: Actor | undefined,
    @Param('desk') desk: string,
    @Query('urn') urn?: string,
    @Query('action') action?: string,
    @Query('limit') limit?: string,
    @Query('atLeast') atLeast?: string,
  ): Promise<WorkList> {
    const input = {
      ...{ programmeId, desk, withoutPayments: !isToldOfPayments(actor) },
      ...(urns === undefined ? {} : { urns }),
      ...(urn === undefined ? {} : { urn }),
      ...(action === undefined ? {} : { action }),
      ...pageLimit(limit),
    };
    return this.queries.execute(new GetWorkList(input, atLeast));
  }
}
