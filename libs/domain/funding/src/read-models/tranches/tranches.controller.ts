import { isToldOfPayments } from '#domain/programme';
import type { Actor } from '#kernel';
import { ActorFrom, OwnSettings } from '#platform/http';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { ListTranches } from './list-tranches.query.js';
import type { TrancheInTurn } from './tranche-turns.js';

@ApiTags('funding')
@Controller('programmes/:programmeId/tranches')
export class TranchesController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({
    summary: 'The tranches of a programme: what each waits for, and who acts next',
    description:
      "status is awaiting-conditions, ready, proposed, approved, held, released, instructed, settled, failed, nothing-due or closed. From released on it is that of the newest payment: instructed once its run was released to the bank, settled or failed by the bank's answer, instructed again when it is paid again. Whoever is told nothing of payments, such as an adviser, sees released instead of these three.",
  })
  @ApiQuery({ name: 'atLeast', required: false, description: 'A position the answer must have seen' })
  list(
    @Param('programmeId') programmeId: string,
    @OwnSettings() urns: readonly string[] | undefined,
    @ActorFrom() actor: Actor | undefined,
    @Query('atLeast') atLeast?: string,
  ): Promise<readonly TrancheInTurn[]> {
    const withoutPayments = !isToldOfPayments(actor);
    const input = { programmeId, withoutPayments, ...(urns === undefined ? {} : { urns }) };
    return this.queries.execute(new ListTranches(input, atLeast));
  }
}
