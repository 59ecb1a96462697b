import type { AuditEvent } from '#domain/audits';
import type { PlanEvent } from '#domain/plans';
import type { AllocationPolicy, ParticipationEvent, ProgrammeEvent } from '#domain/programme';
import type { ReportEvent } from '#domain/reporting';
import type { RegisterEntry, SettingEvent } from '#domain/settings';
import { formatPence, participationId, type RecordedEvent } from '#kernel';
import type { AllocationEvent } from '../allocation/allocation.events.js';
import { conditionInWords } from '../allocation/conditions.js';
import type { FundEvent } from '../fund/fund.events.js';
import { penceForATeacher } from '../round/round-rate.js';
import type { Explanation } from './explanation.js';
import { isScheduleOf, scheduleInWords, windowsInWords } from './terms-in-words.js';
import type { Trail } from './trail.js';

/** Every event that may stand on the way from a release to the files. */
export type TrailEvent = RecordedEvent<
  | ProgrammeEvent
  | ParticipationEvent
  | SettingEvent
  | AuditEvent
  | PlanEvent
  | ReportEvent
  | FundEvent
  | AllocationEvent
>;
export type Named<T extends TrailEvent['type']> = Extract<TrailEvent, { readonly type: T }>;

/** What an event says in the explanation, and what it rests on. */
interface Step {
  readonly says: string;
  readonly because: readonly Explanation[] | Promise<readonly Explanation[]>;
}
type StepOf<T extends TrailEvent['type']> = (
  event: Named<T>,
  trail: Trail,
  /** Of its stream, up to it or further. */
  history: readonly TrailEvent[],
) => Step;

const NOTHING_FURTHER: readonly Explanation[] = [];

const money: {
  readonly [
    T in 'FundOpened' | 'FundsReserved' | 'CommitmentConfirmed' | 'AllocationRoundAdopted'
  ]: StepOf<T>;
} = {
  FundOpened: ({ data }) => ({
    says: `The fund was opened with ${formatPence(data.budgetPence)}`,
    because: NOTHING_FURTHER,
  }),
  FundsReserved: (event, trail, history) => ({
    says: `${formatPence(event.data.amountPence)} was set aside in the fund`,
    because: trail.before(event, history, 'FundOpened'),
  }),
  AllocationRoundAdopted: (event, trail, history) => {
    const { round, settings, totalPence, leftPence, hash, programme } = event.data;
    return {
      says:
        `Allocation round ${round} was adopted: ${formatPence(totalPence)} for ${counted(settings, 'setting')}, ` +
        `${formatPence(leftPence)} left, worked out from inputs with the hash ${hash}`,
      because: trail
        .all(programme)
        .then(async (policy) => [...policy, ...(await trail.before(event, history, 'FundOpened'))]),
    };
  },
  CommitmentConfirmed: ({ data }) => ({
    says: `The fund committed ${formatPence(data.amountPence)}`,
    because: NOTHING_FURTHER,
  }),
};

const offer: { readonly [T in 'ConditionMet' | 'OfferAccepted' | 'AllocationOffered']: StepOf<T> } = {
  ConditionMet: ({ data }, trail) => ({
    says: `The condition that ${conditionInWords(data.condition)} was recorded as met`,
    because: trail.all(data.evidence),
  }),
  OfferAccepted: (event, trail, history) => ({
    says: `The offer of ${formatPence(event.data.amountPence)} was accepted`,
    because: trail.before(event, history, 'AllocationOffered'),
  }),
  AllocationOffered: (event, trail) => ({
    says: offerSays(event.data),
    because: groundsOfOffer(event, trail),
  }),
};

function offerSays(data: Named<'AllocationOffered'>['data']): string {
  const { policy, fte, unclampedPence, amountPence, urn, settingName, round } = data;
  const limits = `not below ${formatPence(policy.floorPence)} nor above ${formatPence(policy.capPence)}`;
  const parts = data.tranches.map((tranche) => formatPence(tranche.amountPence)).join(' + ');
  return (
    `${settingName} (${urn}) was offered ${formatPence(amountPence)} (${parts}): ${fte} full-time equivalent teachers ` +
    `at ${rateOfOffer(policy, round)} each come to ${formatPence(unclampedPence)}; by version ${policy.version} of the policy, ${limits}${pennyOfRound(data)}`
  );
}

function rateOfOffer(policy: AllocationPolicy, round: Named<'AllocationOffered'>['data']['round']): string {
  if (policy.kind === 'rate-per-fte') return formatPence(policy.ratePencePerFte);
  // A fraction of a penny: what is shown is cut off, and the event has it exactly.
  const rate = round?.rate ?? null;
  const shown = rate === null ? 'the rate' : `about ${formatPence(penceForATeacher(rate))}`;
  return round === null ? shown : `${shown} (what round ${round.number} came to)`;
}

function pennyOfRound({ remainderPence }: Named<'AllocationOffered'>['data']): string {
  return remainderPence === 0 ? '' : ', and one of the pennies that were left over';
}

function policyInWords(policy: AllocationPolicy): string {
  const bounds = `from ${formatPence(policy.floorPence)} to ${formatPence(policy.capPence)}`;
  return policy.kind === 'rate-per-fte'
    ? `allocates ${formatPence(policy.ratePencePerFte)} for each full-time equivalent teacher, ${bounds}`
    : `shares the budget by full-time equivalent teachers, ${bounds} each`;
}

const BEFORE_AN_OFFER: ReadonlySet<string> = new Set([
  'SettingEnrolled',
  'DueDiligenceCompleted',
  'FraudRiskAssessed',
]);

async function groundsOfOffer(
  { data, metadata: { occurredAt } }: Named<'AllocationOffered'>,
  trail: Trail,
): Promise<readonly Explanation[]> {
  const { programmeId, urn, reservationId, programme, figure, round } = data;
  const enrolment = `participation-${participationId(programmeId, urn)}`;
  return [
    ...(await trail.all(programme, figure, ...(round === null ? [] : [round.adoption]))),
    ...(await trail.lastWhere(
      `programme-${programmeId}`,
      (event) => event.type === 'TrancheScheduleReplaced' && isScheduleOf(event.data, data, occurredAt),
    )),
    ...(await trail.where(
      enrolment,
      ({ type, metadata }) => BEFORE_AN_OFFER.has(type) && metadata.occurredAt <= occurredAt,
    )),
    ...(await trail.where(
      `fund-${programmeId}`,
      (event) =>
        (event.type === 'FundsReserved' || event.type === 'CommitmentConfirmed') &&
        event.data.reservationId === reservationId,
    )),
  ];
}

function registered(verb: string): (event: RecordedEvent<RegisterEntry>) => Step {
  return ({ data: { name, urn, status, source } }) => ({
    says: `${name} (${urn}) ${verb} as '${status}', from row ${source.row} of ${source.file}`,
    because: NOTHING_FURTHER,
  });
}

const origins: {
  readonly [T in ProgrammeEvent['type'] | ParticipationEvent['type'] | SettingEvent['type']]?: StepOf<T>;
} = {
  ProgrammeCreated: ({ data: { name, area, budgetPence, policy } }) => ({
    says:
      `The programme ${name} (${area}) was created with ${formatPence(budgetPence)}; version ${policy.version} of its policy ` +
      policyInWords(policy),
    because: NOTHING_FURTHER,
  }),
  AllocationPolicyReplaced: ({ data: { policy, effectiveOn, reason } }) => ({
    says:
      `Version ${policy.version} of the policy, in force from ${effectiveOn}, was decided (${reason}): it ` +
      policyInWords(policy),
    because: NOTHING_FURTHER,
  }),
  TrancheScheduleReplaced: ({ data }) => ({ says: scheduleInWords(data), because: NOTHING_FURTHER }),
  ReportWindowsReplaced: ({ data }) => ({ says: windowsInWords(data), because: NOTHING_FURTHER }),
  ProgrammePaused: ({ data }) => ({
    says: `The programme was paused (${data.reason})`,
    because: NOTHING_FURTHER,
  }),
  ProgrammeResumed: ({ data }) => ({
    says: `The programme was resumed (${data.reason})`,
    because: NOTHING_FURTHER,
  }),
  SettingEnrolled: ({ data }, trail) => ({
    says: `${data.settingName} (${data.urn}) was enrolled in the programme`,
    because: trail.all(
      data.setting,
      ...(data.programme.type === 'ReportWindowsReplaced' ? [data.programme] : []),
    ),
  }),
  DueDiligenceCompleted: ({ data: { urn, outcome, checks } }) => ({
    says: `Due diligence on setting ${urn} came out as '${outcome}' (${checks.join('; ')})`,
    because: NOTHING_FURTHER,
  }),
  FraudRiskAssessed: ({ data: { urn, level, outcome } }) => ({
    says: `The risk of fraud at setting ${urn} was assessed as ${level}, '${outcome}', by another person`,
    because: NOTHING_FURTHER,
  }),
  WorkforceFigureRecorded: (event, trail, history) => {
    const { urn, fte, source } = event.data;
    const figure = fte === null ? 'no known number of' : `${fte} full-time equivalent (FTE)`;
    return {
      says: `The workforce figure of setting ${urn} was recorded as ${figure} teachers, from row ${source.row} of ${source.file}`,
      because: trail.before(event, history, 'SettingRegistered'),
    };
  },
  SettingRegistered: registered('was registered'),
  SettingDetailsChanged: registered('was described anew'),
};

const paperwork: {
  readonly [
    T in
      | 'ProgressReportAccepted'
      | 'ProgressReportPartlyAccepted'
      | 'ProgressReportSubmitted'
      | 'ActionPlanApproved'
      | 'ActionPlanSubmitted'
      | 'ActionPlanVariationApproved'
      | 'ActionPlanVariationSubmitted'
      | AuditEvent['type']
  ]: StepOf<T>;
} = {
  ProgressReportAccepted: (event, trail, history) => ({
    says: `Progress report ${event.data.window} was accepted`,
    because: trail.before(event, history, 'ProgressReportSubmitted'),
  }),
  ProgressReportPartlyAccepted: (event, trail, history) => ({
    says:
      `Progress report ${event.data.window} was accepted for ${event.data.accepted.join(', ')}, not for ` +
      `${event.data.notAccepted.map(({ actionId }) => actionId).join(', ')}; the tranche ${event.data.tranche === 'waits' ? 'waits' : 'may be paid'}: ${event.data.effect}`,
    because: trail.before(event, history, 'ProgressReportSubmitted'),
  }),
  ProgressReportSubmitted: ({ data }, trail) => ({
    says: `Progress report ${data.window} was submitted, on the approved plan${evidenceOf(data)}`,
    because: trail.all(data.plan),
  }),
  ActionPlanApproved: (event, trail, history) => ({
    says: `Version ${event.data.version} of the action plan was approved`,
    because: trail.before(
      event,
      history,
      'ActionPlanSubmitted',
      ({ data }) => data.version === event.data.version,
    ),
  }),
  ActionPlanSubmitted: ({ data }, trail) => ({
    says: `Version ${data.version} of the action plan was submitted: ${counted(data.actions.length, 'action')} costing ${formatPence(data.totalPence)}`,
    because: trail.all(data.audit),
  }),
  ActionPlanVariationApproved: (event, trail, history) => ({
    says: `Version ${event.data.version} of the action plan was approved, in place of version ${event.data.replaces}`,
    because: trail.before(
      event,
      history,
      'ActionPlanVariationSubmitted',
      ({ data }) => data.version === event.data.version,
    ),
  }),
  ActionPlanVariationSubmitted: ({ data }, trail) => ({
    says: `Version ${data.version} of the action plan was submitted as a variation of version ${data.inForce} (${data.reason}): ${counted(data.actions.length, 'action')} costing ${formatPence(data.totalPence)}`,
    because: trail.all(data.audit),
  }),
  AuditSignedOff: ({ data }, trail) => ({
    says: `Audit ${data.cycle} of the setting was signed off`,
    because: trail.all(data.completion),
  }),
  AuditReturned: ({ data }, trail) => ({
    says: `Audit ${data.cycle} of the setting was returned to it: ${data.comments}`,
    because: trail.all(data.completion),
  }),
  AuditCompleted: (event, trail, history) => ({
    says: `Audit ${event.data.cycle} of the setting's professional development was completed, with ${counted(event.data.needs.length, 'need')}`,
    because: trail.before(event, history, 'AuditStarted'),
  }),
  AuditStarted: ({ data }) => ({
    says: `Audit ${data.cycle} of the setting was started`,
    because: NOTHING_FURTHER,
  }),
};

function evidenceOf({ actions }: Named<'ProgressReportSubmitted'>['data']): string {
  const files = actions.flatMap(({ evidence }) => evidence);
  if (files.length === 0) return '';
  const named = files.map(({ fileName, sha256 }) => `${fileName} (SHA-256 ${sha256})`);
  return `, with ${counted(files.length, 'file')} as evidence: ${named.join(', ')}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

const STEPS: { readonly [T in TrailEvent['type']]?: StepOf<T> } = {
  ...money,
  ...offer,
  ...origins,
  ...paperwork,
};

/** An event that no other one rests on has no sentence of its own, and is told by its type. */
export async function stepOf(
  event: TrailEvent,
  history: readonly TrailEvent[],
  trail: Trail,
): Promise<{ says: string; because: readonly Explanation[] }> {
  const step = STEPS[event.type] as StepOf<TrailEvent['type']> | undefined;
  if (step === undefined) return { says: event.type, because: NOTHING_FURTHER };
  const { says, because } = step(event, trail, history);
  return { says, because: await because };
}
