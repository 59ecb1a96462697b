import { isToldOfPayments } from '#domain/programme';
import type { Actor } from '#kernel';
import { ActorFrom, OwnSettings } from '#platform/http';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { ListReclaims } from './list-reclaims.query.js';
import type { ReclaimRow } from './reclaims.js';

@ApiTags('funding')
@Controller('programmes/:programmeId/reclaims')
export class ReclaimsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({ summary: 'The reclaims of a programme: what is owed, what came in, and who acts next' })
  @ApiQuery({ name: 'atLeast', required: false, description: 'A position the answer must have seen' })
  list(
    @Param('programmeId') programmeId: string,
    @OwnSettings() urns: readonly string[] | undefined,
    @ActorFrom() actor: Actor | undefined,
    @Query('atLeast') atLeast?: string,
  ): Promise<readonly ReclaimRow[]> {
    const withoutPayments = !isToldOfPayments(actor);
    const input = { programmeId, withoutPayments, ...(urns === undefined ? {} : { urns }) };
    return this.queries.execute(new ListReclaims(input, atLeast));
  }
}
