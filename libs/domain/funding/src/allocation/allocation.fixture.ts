import { parseInstant, type EventReference, type Fact } from '#kernel';
import {
  allocationOffered,
  conditionMet,
  conditionRevoked,
  offerAbandoned,
  offerAccepted,
} from './allocation.events.js';
import type { Accounts } from './accounted.js';
import type { OfferAllocationCommand } from './offers.js';
import type { PartStanding } from './part-standing.js';

// One setting's allocation as the specifications beside this file tell it.

export const setting = { programmeId: 'ipswich', urn: '124570' };
export const policy = {
  kind: 'rate-per-fte' as const,
  ...{ version: 1, ratePencePerFte: 65_000, floorPence: 1_000_000, capPence: 5_000_000 },
};
export const schedule = [
  { number: 1, shareBasisPoints: 6000, conditions: ['agreement-accepted', 'plan-approved'] },
  { number: 2, shareBasisPoints: 4000, conditions: ['report-1-accepted'] },
];
export const reference = (type: string, revision = '0'): EventReference => ({
  eventId: `${type}-${revision}`,
  stream: `of-${type}`,
  revision,
  type,
});
export const fact = (type: string, at = '2024-01-01', revision = '0'): Fact => ({
  event: reference(type, revision),
  occurredAt: parseInstant(`${at}T09:00:00Z`),
});

export const facts = {
  ...setting,
  programme: { ...fact('ProgrammeCreated'), policy, tranches: schedule },
  participation: {
    ...fact('SettingEnrolled'),
    ...{ settingName: 'Handford Hall', ended: null, undecided: false, missingChecks: [], failedChecks: [] },
    ...{ decidedAt: undefined, endedAt: undefined },
    dueDiligenceAt: fact('DueDiligenceCompleted').occurredAt,
    fraudRiskAt: fact('FraudRiskAssessed').occurredAt,
  },
  fundedBefore: null,
  figure: { ...fact('WorkforceFigureRecorded'), fte: '23.4', suppressedAs: null },
  reservation: { reservationId: 'r1', amountPence: 1_521_000 },
};
/** A part that nothing stands in the way of. */
export const inOrder: PartStanding = {
  ...{ ended: null, undecided: false, failedChecks: [], reviewOverdueSince: null, toAmend: null },
  agreement: { version: 1, signature: fact('GrantAgreementSigned') },
  clearedAt: {},
};
export const offer = (change: Partial<OfferAllocationCommand['data']> = {}) =>
  ({ type: 'OfferAllocation', data: { ...facts, ...change } }) as const;
export const offered = allocationOffered({
  ...setting,
  settingName: 'Handford Hall',
  reservationId: 'r1',
  fte: '23.4',
  figure: reference('WorkforceFigureRecorded'),
  policy,
  programme: reference('ProgrammeCreated'),
  unclampedPence: 1_521_000,
  remainderPence: 0,
  amountPence: 1_521_000,
  round: null,
  ...{ acceptBy: null, carriedOver: null },
  tranches: [
    { ...schedule[0]!, amountPence: 912_600 },
    { ...schedule[1]!, amountPence: 608_400 },
  ],
});
/** What is accepted of what the setting was paid. */
export const accountsOf = (spentPence: number, change: Partial<Accounts> = {}): Accounts => ({
  ...{
    spentPence,
    inheritedPence: 0,
    inheritedOverpaidPence: 0,
    successors: [],
    reclaimed: false,
    ...change,
  },
});
export const abandoned = offerAbandoned({ ...setting, reservationId: 'r1', reason: 'never made' });
export const accepted = offerAccepted({
  ...{ ...setting, amountPence: 1_521_000, reservationId: 'r1' },
  signature: reference('GrantAgreementSigned'),
});
export const met = (condition: string, revision = '0') =>
  conditionMet({ ...setting, condition, evidence: reference(condition, revision) });
export const revoked = (condition: string, revision: string) =>
  conditionRevoked({ ...setting, condition, evidence: reference(condition, revision), reason: 'an error' });
export const of = (number: number, amountPence = number === 1 ? 912_600 : 608_400) => ({
  ...setting,
  number,
  amountPence,
});

export const ready = [offered, accepted, met('agreement-accepted'), met('plan-approved')];
