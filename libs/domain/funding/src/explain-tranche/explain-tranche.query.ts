import { fold, formatPence, participationId, streamOf, type Fact, type RecordedEvent } from '#kernel';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { AllocationEvent } from '../allocation/allocation.events.js';
import { allocation } from '../allocation/allocation.js';
import type { AllocationState, Signature, TrancheState } from '../allocation/allocation-state.js';
import { AGREEMENT_ACCEPTED, conditionInWords, unmetInWords, unmetOf } from '../allocation/conditions.js';
import { parseTrancheId, unknownTranche } from '../allocation/tranche-id.js';
import { EvidenceReader } from './evidence-reader.js';
import { explained, type Explanation } from './explanation.js';
import { Trail } from './trail.js';

/** Why a tranche was released, or what it still waits for; by its id, `<programme>.<urn>.<number>`. */
export class ExplainTranche {
  constructor(
    readonly trancheId: string,
    /** Told to somebody who sees these settings only. */
    readonly urns?: readonly string[],
  ) {}
}

type Offered = Exclude<AllocationState, { status: 'none' }>;
type History = readonly RecordedEvent<AllocationEvent>[];

const VERBS = { released: 'was released', approved: 'was approved', proposed: 'was proposed' } as const;

const OBJECTIONS: Readonly<Partial<Record<AllocationEvent['type'], string>>> = {
  TrancheProposalRefused: 'The proposal was refused',
  TrancheProposalWithdrawn: 'The proposal was withdrawn',
  TrancheApprovalRevoked: 'The approval was revoked',
  TrancheHeld: 'It was held',
  TrancheResumed: 'It was resumed',
  TrancheReleaseReversed: 'Its release was reversed',
};

/** Whatever stood in the way of a tranche, in the order in which it did. */
function objectionsTo(number: number, history: History): readonly Explanation[] {
  return history.flatMap((event) => {
    const says = OBJECTIONS[event.type];
    if (says === undefined || !('reason' in event.data) || !('number' in event.data)) return [];
    return event.data.number === number ? [explained(event, `${says}: ${event.data.reason}`, [])] : [];
  });
}

function releaseThatStands(number: number, history: History): History[number] | undefined {
  const last = history.findLast(
    ({ type, data }) =>
      (type === 'TrancheReleased' || type === 'TrancheReleaseReversed') && data.number === number,
  );
  return last?.type === 'TrancheReleased' ? last : undefined;
}

@QueryHandler(ExplainTranche)
export class ExplainTrancheHandler implements IQueryHandler<ExplainTranche, Explanation> {
  constructor(
    private readonly evidence: EvidenceReader,
    private readonly trail: Trail,
  ) {}

  /** @throws RefusalError `TRANCHE.UNKNOWN` 'not-found' */
  async execute({ trancheId, urns }: ExplainTranche): Promise<Explanation> {
    const { programmeId, urn, number } = parseTrancheId(trancheId);
    const stream = streamOf(allocation, participationId(programmeId, urn));
    const history = (await this.evidence.stream(stream)) as History;
    const release = releaseThatStands(number, history);
    // As it was at the release: what was revoked or renewed afterwards is no part of why it was paid.
    const upTo = release === undefined ? history : history.slice(0, Number(release.revision) + 1);
    const state = fold(allocation, upTo);
    const tranche = state.status === 'none' ? undefined : state.tranches.find((one) => one.number === number);
    if (state.status === 'none' || tranche === undefined) throw unknownTranche(trancheId);
    const grounds = await this.grounds(state, tranche, this.trail.toldTo(urns));
    return release === undefined
      ? this.waiting(state, tranche, upTo, grounds)
      : this.signature('released', tranche, state, upTo, [
          ...(await this.signatures(['approved', 'proposed'], tranche, state, upTo)),
          ...objectionsTo(number, upTo),
          ...grounds,
        ]);
  }

  private async waiting(
    state: Offered,
    tranche: TrancheState,
    history: History,
    grounds: readonly Explanation[],
  ): Promise<Explanation> {
    const { number, amountPence } = tranche;
    const missing = [
      ...(state.status === 'offered' ? ['the offer is not accepted'] : []),
      ...unmetOf(state.conditions, tranche.conditions).map(unmetInWords),
      ...state.tranches
        .filter((one) => one.number < number && one.released === null)
        .map((one) => `tranche ${one.number} is not released`),
      ...(tranche.fellWith === null
        ? []
        : [
            `its signatures fell when that ${conditionInWords(tranche.fellWith)} was undone or came to rest on something else`,
          ]),
      ...(tranche.held === null ? [] : [`it is held by ${tranche.held.by.subject}: ${tranche.held.reason}`]),
      ...(tranche.proposed === null ? ['nobody has proposed it'] : []),
      ...(tranche.approved === null ? ['nobody has approved it'] : []),
      'nobody has released it',
    ];
    return {
      says: `Tranche ${number}, ${formatPence(amountPence)} for ${state.settingName} (${state.urn}), has not been released.`,
      because: [
        ...missing.map((what) => ({ says: `Still missing: ${what}.`, because: [] })),
        ...(await this.signatures(['approved', 'proposed'], tranche, state, history)),
        ...objectionsTo(number, history),
        ...grounds,
      ],
    };
  }

  private signatures(
    verbs: readonly (keyof typeof VERBS)[],
    tranche: TrancheState,
    state: Offered,
    history: History,
  ): Promise<readonly Explanation[]> {
    const signed = verbs.filter((verb) => tranche[verb] !== null);
    return Promise.all(signed.map((verb) => this.signature(verb, tranche, state, history, [])));
  }

  private async signature(
    verb: keyof typeof VERBS,
    tranche: TrancheState,
    { settingName, urn }: Offered,
    history: History,
    because: readonly Explanation[],
  ): Promise<Explanation> {
    const { event } = tranche[verb] as Signature;
    const signed = history[Number(event.revision)]!;
    const says = `Tranche ${tranche.number}, ${formatPence(tranche.amountPence)} for ${settingName} (${urn}), ${VERBS[verb]}${underWhose(signed)}`;
    return explained(signed, says, because);
  }

  /** What the signatures rest on: each condition that is met, and in any case the accepted offer. */
  private async grounds(
    state: Offered & { readonly acceptance?: Fact },
    { conditions }: TrancheState,
    trail: Trail,
  ): Promise<readonly Explanation[]> {
    const met = conditions.flatMap((condition) => {
      const known = state.conditions[condition];
      return known?.met === true ? [known.recorded] : [];
    });
    const offer =
      'acceptance' in state ? (state as { acceptance: Fact }).acceptance.event : state.offer.event;
    const [revision] = state.revisions.slice(-1);
    // One that came before the acceptance is explained with it.
    const revised =
      revision !== undefined && BigInt(revision.event.revision) > BigInt(offer.revision)
        ? [revision.event]
        : [];
    const throughAgreement = state.conditions[AGREEMENT_ACCEPTED]?.met === true;
    const already = throughAgreement && conditions.includes(AGREEMENT_ACCEPTED);
    return Promise.all([...met, ...(already ? [] : [offer]), ...revised].map((one) => trail.follow(one)));
  }
}

/** Up to how much whoever approved it may approve, or on whose behalf they did. */
function underWhose({ type, data }: History[number]): string {
  if (type !== 'TrancheApproved' || data.authority === null) return '';
  const { onBehalfOf, limitPence } = data.authority;
  const limit = limitPence === null ? 'any amount' : `up to ${formatPence(limitPence)}`;
  return onBehalfOf === null
    ? ` (may approve ${limit})`
    : ` on behalf of ${onBehalfOf.subject} (who may approve ${limit})`;
}
