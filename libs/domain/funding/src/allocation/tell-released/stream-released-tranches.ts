import type { ReleasedTranche, ReleasedTranches } from '#domain/payments';
import { ENDED_IN_WORDS, failedChecks, participation, type ParticipationState } from '#domain/programme';
import { derivedId, participationId, partsOf, personOf, type Instant } from '#kernel';
import type { CommandContext, Decisions } from '#platform/event-store';
import { fund } from '../../fund/fund.js';
import type { AllocationState } from '../allocation-state.js';
import { allocation } from '../allocation.js';
import { askedPence, backPence } from '../money-back-state.js';
import { endedUnpaid, payableSince } from '../part-standing.js';
import { parseTrancheId, trancheId } from '../tranche-id.js';

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
    const kept = withheldFrom(part);
    return state.tranches.flatMap(({ number, amountPence, proposed, approved, released }) =>
      proposed === null || approved === null || released === null
        ? []
        : [
            {
              ...{ trancheId: trancheId(programmeId, urn, number), urn, number, settingName, amountPence },
              release: { event: released.event, occurredAt: released.occurredAt },
              withheld: withheld(state, number) ?? kept,
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

/** Why nothing is paid to a setting for now, or any more, and who can change that; `null`: it is. */
function withheldFrom(part: ParticipationState): string | null {
  if (!('enrolment' in part)) return null;
  const ended = endedUnpaid(part);
  if (ended !== undefined) return `the setting ${ENDED_IN_WORDS[ended.status]}`;
  if (part.undecided.length > 0) {
    return 'the register says that the setting closed or has a successor: the board has to decide what becomes of its part';
  }
  const failed = failedChecks(part);
  if (failed.length === 0) return null;
  return `${failed.join('; ')}: operations have to check the setting again, with another outcome`;
}

/** A payment that is reversed, after money of it came back or its allocation was closed, is for people to sort out. */
function withheld(
  { status, moneyBack }: Exclude<AllocationState, { status: 'none' }>,
  number: number,
): string | null {
  if (status === 'closed') return 'its allocation is closed';
  const { reclaimedPence, returnedPence } = backPence(moneyBack, number);
  return reclaimedPence + returnedPence + askedPence(moneyBack, number) === 0
    ? null
    : 'money of it has come back or is asked back';
}
