import type { ReleasedTranche, ReleasedTranches } from '#domain/payments';
import { participation } from '#domain/programme';
import { derivedId, participationId, partsOf, personOf, type Instant } from '#kernel';
import type { CommandContext, Decisions } from '#platform/event-store';
import { fund } from '../../fund/fund.js';
import { allocation } from '../allocation.js';
import { payableSince } from '../part-standing.js';
import { parseTrancheId, trancheId } from '../tranche-id.js';
import { whyWithheld } from '../withheld.js';

/** What payments ask: from the allocations' own streams, which the fund's names, for they decide by it. */
export class StreamReleasedTranches implements ReleasedTranches {
  constructor(private readonly decisions: Decisions) {}

  async of(programmeId: string): Promise<readonly ReleasedTranche[]> {
    const { state } = await this.decisions.load(fund, programmeId);
    if (state.status === 'none') return [];
    const committed = Object.values(state.reservations).filter(
      ({ status }) => status === 'confirmed' || status === 'closed',
    );
    const urns = new Set(committed.map(({ allocationId }) => partsOf(allocationId).urn));
    const released: ReleasedTranche[] = [];
    for (const urn of [...urns].sort()) released.push(...(await this.ofSetting(programmeId, urn)));
    return released;
  }

  async payableSince(
    programmeId: string,
    urns: readonly string[],
    at: Instant,
  ): Promise<Readonly<Record<string, Instant | undefined>>> {
    const since: Record<string, Instant | undefined> = {};
    for (const urn of urns) {
      const { history } = await this.decisions.load(participation, participationId(programmeId, urn));
      for (const [what, cleared] of Object.entries(payableSince(at, history)))
        since[`${what} (setting ${urn})`] = cleared;
    }
    return since;
  }

  private async ofSetting(programmeId: string, urn: string): Promise<readonly ReleasedTranche[]> {
    const id = participationId(programmeId, urn);
    const { state } = await this.decisions.load(allocation, id);
    if (state.status === 'none') return [];
    const { settingName } = state;
    const { state: part } = await this.decisions.load(participation, id);
    return state.tranches.flatMap(({ number, amountPence, proposed, approved, released }) =>
      proposed === null || approved === null || released === null
        ? []
        : [
            {
              ...{ trancheId: trancheId(programmeId, urn, number), urn, number, settingName, amountPence },
              release: { event: released.event, occurredAt: released.occurredAt },
              withheld: whyWithheld(state, number, part),
              ...{ proposedBy: personOf(proposed.by), approvedBy: personOf(approved.by) },
              approvedOnBehalfOf: approved.onBehalfOf,
            },
          ],
    );
  }

  async paymentReversed(
    { programmeId, trancheId: id, ...said }: Parameters<ReleasedTranches['paymentReversed']>[0],
    context: CommandContext,
  ): Promise<void> {
    const { urn, number } = parseTrancheId(id);
    await this.decisions.execute(
      allocation,
      participationId(programmeId, urn),
      { type: 'ReverseTranchePayment', data: { number, ...said } },
      {
        ...context,
        commandId: derivedId('reverse-tranche-payment', id, said.settlement.event.eventId),
        causationId: context.commandId,
      },
    );
  }
}
