import { participationEvents, programmeEvents } from '#domain/programme';
import { participationId, type Pence, type RecordedEvent } from '#kernel';
import { defineProjection } from '#platform/read-store';
import { allocationEvents } from '../../allocation/allocation.events.js';
import { fundEvents, type FundEvent } from '../../fund/fund.events.js';

/** Committed is confirmed plus reserved, of a programme and of each of its settings. */
interface Commitments {
  readonly committedPence: Pence;
  readonly confirmedPence: Pence;
  /** Set aside for offers that are being made, or are out and not yet accepted. */
  readonly reservedPence: Pence;
  readonly releasedPence: Pence;
}

export const BUDGET_CHANGES_SHOWN = 100;

export type BudgetChange = Readonly<{
  fromPence: Pence;
  budgetPence: Pence;
  reason: string;
  changedAt: string;
  /** Subject of who changed it. */
  changedBy: string;
}>;

/** The money of a programme. After every event: budget = committed + available. */
export type ProgrammeLedger = Readonly<{
  /** The programme's id. */
  id: string;
  kind: 'programme';
  programmeId: string;
  urn: '';
  name: string;
  budgetPence: Pence;
  availablePence: Pence;
  settingsEnrolled: number;
  /** How the budget came to be what it is, oldest first; of many, the latest {@link BUDGET_CHANGES_SHOWN}. */
  budgetChanges: readonly BudgetChange[];
}> &
  Commitments;

/** The money of one setting in one programme. After every event: 0 ≤ released ≤ allocated. */
export type SettingLedger = Readonly<{
  /** `<programme>.<urn>` */
  id: string;
  kind: 'setting';
  programmeId: string;
  urn: string;
  name: string;
  status: 'enrolled' | 'offered' | 'accepted';
  /** The amount of the offer that is out or accepted. */
  allocatedPence: Pence;
}> &
  Commitments;

export type LedgerDocument = ProgrammeLedger | SettingLedger;

const ledgerEvents = [
  ...programmeEvents,
  ...participationEvents,
  ...fundEvents,
  ...allocationEvents,
] as const;

const NOTHING: Commitments = { committedPence: 0, confirmedPence: 0, reservedPence: 0, releasedPence: 0 };

/** What an event adds to the money of the programme and of the setting alike. */
function moved<D extends LedgerDocument>(
  document: D,
  { confirmed = 0, reserved = 0, released = 0 }: { confirmed?: Pence; reserved?: Pence; released?: Pence },
): D {
  const confirmedPence = document.confirmedPence + confirmed;
  const reservedPence = document.reservedPence + reserved;
  const committedPence = confirmedPence + reservedPence;
  const releasedPence = document.releasedPence + released;
  return {
    ...document,
    ...{ confirmedPence, reservedPence, committedPence, releasedPence },
    ...(document.kind === 'programme' && { availablePence: document.budgetPence - committedPence }),
  };
}

interface OfOneSetting {
  readonly data: { readonly programmeId: string; readonly urn: string };
}
const programmeOf = ({ data }: { data: { programmeId: string } }): string => data.programmeId;
const settingOf = ({ data }: OfOneSetting): string => participationId(data.programmeId, data.urn);
const bothOf = (event: OfOneSetting): string[] => [programmeOf(event), settingOf(event)];

/** An event that moves the same money in the programme's ledger and in the setting's. */
function moves(change: (amountPence: Pence) => Parameters<typeof moved>[1]) {
  return {
    touches: bothOf,
    apply: (document: LedgerDocument | null, { data }: { data: { amountPence: Pence } }) =>
      document && moved(document, change(data.amountPence)),
  };
}

function ofSetting(document: LedgerDocument | null, change: Partial<SettingLedger>): LedgerDocument | null {
  return document?.kind === 'setting' ? { ...document, ...change } : document;
}

type BudgetChanged = RecordedEvent<Extract<FundEvent, { type: 'FundBudgetRaised' | 'FundBudgetLowered' }>>;

const budgetChanged = {
  touches: (event: BudgetChanged) => [programmeOf(event)],
  apply: (document: LedgerDocument | null, { data, metadata }: BudgetChanged): LedgerDocument | null => {
    if (document?.kind !== 'programme') return document;
    const { fromPence, budgetPence, reason } = data;
    const by = { changedAt: metadata.occurredAt, changedBy: metadata.actor.subject };
    const changes = [...document.budgetChanges, { fromPence, budgetPence, reason, ...by }];
    const budgetChanges = changes.slice(-BUDGET_CHANGES_SHOWN);
    return moved({ ...document, budgetPence, budgetChanges }, {});
  },
};

/** The money of each programme and each enrolled setting: one document a programme, one a setting. */
export const fundingLedger = defineProjection<LedgerDocument>()({
  collection: {
    name: 'funding-ledger',
    version: 2,
    indexes: { byKind: ['programmeId', 'kind', 'urn'] },
  },
  of: ledgerEvents,
  when: {
    ProgrammeCreated: {
      touches: (event) => [programmeOf(event)],
      apply: (_, { data: { programmeId, name, budgetPence } }) => ({
        ...{ id: programmeId, kind: 'programme', programmeId, urn: '', name },
        ...{ budgetPence, availablePence: budgetPence, settingsEnrolled: 0, budgetChanges: [] },
        ...NOTHING,
      }),
    },
    SettingEnrolled: {
      touches: bothOf,
      apply: (document, { data: { programmeId, urn, settingName: name } }, id) => {
        if (id !== programmeId) {
          const setting = { id, kind: 'setting', programmeId, urn, name, status: 'enrolled' } as const;
          return { ...setting, allocatedPence: 0, ...NOTHING };
        }
        return document?.kind === 'programme'
          ? { ...document, settingsEnrolled: document.settingsEnrolled + 1 }
          : document;
      },
    },
    FundOpened: {
      touches: (event) => [programmeOf(event)],
      // The budget that holds is the one the fund was opened with.
      apply: (document, { data: { budgetPence } }) =>
        document?.kind === 'programme' ? moved({ ...document, budgetPence }, {}) : document,
    },
    FundBudgetRaised: budgetChanged,
    FundBudgetLowered: budgetChanged,
    FundsReserved: moves((amount) => ({ reserved: amount })),
    CommitmentConfirmed: moves((amount) => ({ reserved: -amount, confirmed: amount })),
    ReservationReleased: moves((amount) => ({ reserved: -amount })),
    // A round reserves for the programme at once, and each of its offers then for its setting.
    AllocationRoundAdopted: {
      touches: (event) => [programmeOf(event)],
      apply: (document, { data }) => document && moved(document, { reserved: data.totalPence }),
    },
    AllocationRoundReconciled: {
      touches: (event) => [programmeOf(event)],
      apply: (document, { data }) => document && moved(document, { reserved: -data.freedPence }),
    },
    TrancheReleased: moves((amount) => ({ released: amount })),
    AllocationOffered: {
      touches: (event) => [settingOf(event)],
      apply: (document, { data: { amountPence, round } }) =>
        document &&
        ofSetting(moved(document, { reserved: round === null ? 0 : amountPence }), {
          status: 'offered',
          allocatedPence: amountPence,
        }),
    },
    // The money is free when the fund says so.
    OfferDeclined: {
      touches: (event) => [settingOf(event)],
      apply: (document) => ofSetting(document, { status: 'enrolled', allocatedPence: 0 }),
    },
    OfferAccepted: {
      touches: (event) => [settingOf(event)],
      apply: (document) => ofSetting(document, { status: 'accepted' }),
    },
  },
  ignores: [
    'SettingInvited',
    'InvitationDeclined',
    'SettingWithdrawn',
    'DueDiligenceCompleted',
    'FraudRiskAssessed',
    'GrantAgreementSigned',
    'FinancialReviewCompleted',
    'ContinuityDecisionRaised',
    'ContinuityDecided',
    ...(['AllocationPolicyReplaced', 'ProgrammePaused', 'ProgrammeResumed'] as const),
    'OfferAbandoned',
    'ConditionMet',
    'ConditionRevoked',
    'TrancheProposed',
    ...([
      'TrancheProposalRefused',
      'TrancheProposalWithdrawn',
      'TrancheApprovalRevoked',
      'TrancheHeld',
      'TrancheResumed',
    ] as const),
    'TrancheApproved',
  ],
});
