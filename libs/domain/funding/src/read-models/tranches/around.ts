import { auditsProjection, type AuditDocument } from '#domain/audits';
import {
  payeesProjection,
  payments as ofPayments,
  paymentsProjection,
  type PayeeDocument,
  type PaymentDocument,
  type PaymentsState,
} from '#domain/payments';
import { plansProjection } from '#domain/plans';
import {
  agreement,
  isEnded,
  participationTurns,
  participationsProjection,
  programme,
  successorLost,
  type AgreementState,
  type ParticipationDocument,
  type ProgrammeState,
  type SuccessorLost,
  type Turn,
} from '#domain/programme';
import { reportsProjection, type PlanStanding, type ReportDocument } from '#domain/reporting';
import { namesNow, settingsProjection, type NameNow } from '#domain/settings';
import type { Fact, Instant } from '#kernel';
import type { Decisions } from '#platform/event-store';
import { allOf, documentsOf, type AnyProjection, type ReadModels } from '#platform/read-store';
import { NOTHING_OFFERED, type AllocationState } from '../../allocation/allocation-state.js';
import type { FundState } from '../../fund/fund-state.js';
import { fund } from '../../fund/fund.js';
import { withStoppedRuns } from './stopped-runs.js';
import { tranches, type AllocationDocument } from './tranches.projection.js';

/** The read models that whose turn it is on a tranche follows from, and how its setting is called. */
export const TRANCHE_TURNS_FROM: readonly AnyProjection[] = [
  tranches,
  participationsProjection,
  auditsProjection,
  plansProjection,
  reportsProjection,
  paymentsProjection,
  payeesProjection,
  settingsProjection,
];

/** What is known of one setting, on which whose turn it is may rest. */
export interface SettingAround extends PlanStanding {
  /** What waits on its part: worked out once, for each of its tranches asks. */
  readonly partTurns: readonly Turn[];
  readonly reports: readonly ReportDocument[];
  /** `undefined`: none were entered. */
  readonly payee: PayeeDocument | undefined;
}

/** A programme as it is shown now, by setting. */
export interface Around {
  readonly programmeId: string;
  readonly now: Instant;
  readonly programme: ProgrammeState;
  readonly issued: AgreementState;
  readonly fund: FundState;
  readonly nameOf: NameNow;
  /** By the names that the settings have now. */
  readonly participations: readonly ParticipationDocument[];
  readonly reports: readonly ReportDocument[];
  readonly allocations: readonly AllocationDocument[];
  readonly allocationOf: (urn: string) => AllocationState;
  /** Of each tranche the newest payment, unless its run was discarded. */
  readonly payments: ReadonlyMap<string, PaymentDocument>;
  /** The payments as their own stream has them. */
  readonly paid: PaymentsState;
  readonly setting: (urn: string) => SettingAround;
}

/** How the setting's part ended; `undefined`: it goes on. */
export function endingOf({ participation }: Pick<SettingAround, 'participation'>): Fact | undefined {
  const part = participation?.part;
  return part !== undefined && isEnded(part) ? part.ending : undefined;
}

export async function readAround(
  models: ReadModels,
  decisions: Decisions,
  programmeId: string,
): Promise<Around> {
  const of = { where: { programmeId } } as const;
  const enrolled = await allOf(models.collection(participationsProjection), of);
  const nameOf = await namesNow(models, enrolled.map(urnOf));
  const participations = enrolled.map((one) => ({ ...one, name: nameOf(one.urn, one.name) }));
  const audits = await allOf(models.collection(auditsProjection), of);
  const plans = await allOf(models.collection(plansProjection), of);
  const reports = await allOf(models.collection(reportsProjection), of);
  const allocations = await allOf(models.collection<AllocationDocument>(tranches), of);
  const newest = newestOf(await allOf(models.collection(paymentsProjection), of));
  const payees = await payeesOf(models, allocations);
  const allocated = new Map(allocations.map(({ urn, allocation }) => [urn, allocation]));
  const parts = new Map(participations.map((one) => [one.urn, one]));
  const [byAudit, byReport] = [Map.groupBy(audits, urnOf), Map.groupBy(reports, urnOf)];
  const byPlan = new Map(plans.map((one) => [one.urn, one]));
  const { state: said } = await decisions.load(programme, programmeId);
  const endsOn = said.status === 'none' ? '' : said.terms.endsOn;
  const { state: issued } = await decisions.load(agreement, programmeId);
  const now = decisions.now();
  const lost = await successorsLost(models, participations);
  const turnsOn = (one: ParticipationDocument): readonly Turn[] =>
    participationTurns(one.part, issued, now, lost.get(one.urn));
  const settingOf = (urn: string): SettingAround => {
    const participation = parts.get(urn);
    return {
      ...{ participation, plan: byPlan.get(urn), payee: payees.get(urn), endsOn },
      audits: byAudit.get(urn) ?? NONE_AUDITED,
      reports: byReport.get(urn) ?? NONE_REPORTED,
      partTurns: participation === undefined ? [] : turnsOn(participation),
    };
  };
  const known = new Map<string, SettingAround>();
  const setting = (urn: string): SettingAround => {
    const one = known.get(urn) ?? settingOf(urn);
    known.set(urn, one);
    return one;
  };
  const { state: paid } = await decisions.load(ofPayments, programmeId);
  const allocationOf = (urn: string): AllocationState => allocated.get(urn) ?? NOTHING_OFFERED;
  return {
    ...{ programmeId, now, issued, participations, reports, allocations, paid, allocationOf, setting },
    nameOf,
    programme: said,
    fund: (await decisions.load(fund, programmeId)).state,
    payments: withStoppedRuns(newest, { paid, allocationOf, setting }),
  };
}

/** Of the parts that were passed on and wait to be taken over, by URN, those that whoever they wait for cannot take over. */
async function successorsLost(
  models: ReadModels,
  participations: readonly ParticipationDocument[],
): Promise<ReadonlyMap<string, SuccessorLost>> {
  const found = new Map<string, SuccessorLost>();
  for (const one of participations) {
    const lost = await successorLost(models, one);
    if (lost !== undefined) found.set(one.urn, lost);
  }
  return found;
}

const NONE_AUDITED: readonly AuditDocument[] = [];
const NONE_REPORTED: readonly ReportDocument[] = [];
const urnOf = ({ urn }: { readonly urn: string }): string => urn;

/** Of each tranche the newest payment, unless its run was discarded. */
function newestOf(paid: readonly PaymentDocument[]): ReadonlyMap<string, PaymentDocument> {
  const newest = new Map<string, PaymentDocument>();
  for (const payment of paid) {
    if (payment.status === 'discarded') continue;
    const known = newest.get(payment.trancheId);
    if (known === undefined || known.run < payment.run) newest.set(payment.trancheId, payment);
  }
  return newest;
}

/** Payees are of settings, not of programmes: those of whoever something was released to. */
function payeesOf(
  models: ReadModels,
  allocations: readonly AllocationDocument[],
): Promise<ReadonlyMap<string, PayeeDocument>> {
  const released = allocations.filter(
    ({ allocation }) =>
      allocation.status !== 'none' && allocation.tranches.some((tranche) => tranche.released !== null),
  );
  return documentsOf(
    models.collection(payeesProjection),
    released.map(({ urn }) => urn),
  );
}
