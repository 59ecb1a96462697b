import type { AuditEvent } from '#domain/audits';
import type { AllocationPolicy, ParticipationEvent, ProgrammeEvent } from '#domain/programme';
import type { RegisterEntry, SettingEvent } from '#domain/settings';
import { counted, formatPence, type RecordedEvent } from '#kernel';
import type { Explanation } from './explanation.js';
import { offerEndSteps, partSteps } from './offer-end-steps.js';
import { moneyBackSteps, moneySteps, offerSteps } from './offer-steps.js';
import { fundSteps, programmeSteps } from './office-steps.js';
import { sentBackSteps } from './sent-back-steps.js';
import { NOTHING_FURTHER, type Named, type Step, type StepOf, type TrailEvent } from './step.js';
import { scheduleInWords, windowsInWords } from './terms-in-words.js';
import type { Trail } from './trail.js';
import { trancheSteps } from './tranche-steps.js';

function policyInWords(policy: AllocationPolicy): string {
  const bounds = `from ${formatPence(policy.floorPence)} to ${formatPence(policy.capPence)}`;
  return policy.kind === 'rate-per-fte'
    ? `allocates ${formatPence(policy.ratePencePerFte)} for each full-time equivalent teacher, ${bounds}`
    : `shares the budget by full-time equivalent teachers, ${bounds} each`;
}

/** The census that withholds the figure; where none was ever read, the entry in the register. */
async function whatTheCensusHas(
  event: TrailEvent,
  trail: Trail,
  history: readonly TrailEvent[],
): Promise<readonly Explanation[]> {
  const census = await trail.before(event, history, 'WorkforceFigureRecorded');
  return census.length > 0 ? census : trail.before(event, history, 'SettingRegistered');
}

function registered(verb: string): (event: RecordedEvent<RegisterEntry>) => Step {
  return ({ data: { name, urn, status, source } }) => ({
    says: `${name} (${urn}) ${verb} as '${status}', from row ${source.row} of ${source.file}`,
    because: NOTHING_FURTHER,
  });
}

const origins: {
  readonly [
    T in
      | Exclude<ProgrammeEvent['type'], keyof typeof programmeSteps>
      | Exclude<ParticipationEvent['type'], keyof typeof partSteps>
      | Exclude<SettingEvent['type'], keyof typeof sentBackSteps>
  ]: StepOf<T>;
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
  PartTakenOver: ({ data: { settingName, urn, from, decision } }, trail) => ({
    says: `${settingName} (${urn}) took over the part of ${from.settingName} (${from.urn})`,
    because: trail.all(decision),
  }),
  ContinuityDecisionRaised: ({ data: { urn, because, successors, cause } }, trail) => ({
    says:
      because === 'closed'
        ? `The register said that setting ${urn} had closed, so that a decision on its part was needed`
        : `The register named a successor of setting ${urn} (${successors.join(', ')}), so that a decision on its part was needed`,
    because: trail.all(cause),
  }),
  ContinuityDecided: ({ stream, data: { urn, outcome, toUrn, reason, decisionIds } }, trail) => {
    const to = toUrn === null ? '' : ` to setting ${toUrn}`;
    return {
      says: `It was decided of the part of setting ${urn}: '${outcome}'${to} (${reason})`,
      because: trail.where(
        stream,
        (one) => one.type === 'ContinuityDecisionRaised' && decisionIds.includes(one.data.decisionId),
      ),
    };
  },
  SuccessorReplaced: ({ data: { urn, fromUrn, toUrn, reason, replaces } }, trail) => ({
    says: `Of the part of setting ${urn}, setting ${toUrn} was named to take it over in place of setting ${fromUrn} (${reason})`,
    because: trail.all(replaces),
  }),
  TransferReplaced: ({ data: { urn, fromUrn, outcome, reason, replaces } }, trail) => ({
    says: `It was decided of the part of setting ${urn}, which setting ${fromUrn} was to take over and did not: '${outcome}' (${reason})`,
    because: trail.all(replaces),
  }),
  PartHandedOver: ({ data: { urn, toUrn, decision } }, trail) => ({
    says: `The part of setting ${urn} was handed over to setting ${toUrn}`,
    because: trail.all(decision),
  }),
  SuccessorsNamed: ({ data: { urn } }) => ({
    says: `The register named who succeeds setting ${urn}`,
    because: NOTHING_FURTHER,
  }),
  DueDiligenceCompleted: ({ data: { urn, outcome, checks } }) => ({
    says: `Due diligence on setting ${urn} came out as '${outcome}' (${checks.join('; ')})`,
    because: NOTHING_FURTHER,
  }),
  FraudRiskAssessed: ({ data: { urn, level, outcome } }) => ({
    says: `The risk of fraud at setting ${urn} was assessed as ${level}, '${outcome}', by another person`,
    because: NOTHING_FURTHER,
  }),
  GrantAgreementSigned: ({ data: { version, sha256, signatory } }) => ({
    says: `Version ${version} of the grant agreement (SHA-256 ${sha256}) was signed for the setting by ${signatory.subject}, ${signatory.roleTitle}`,
    because: NOTHING_FURTHER,
  }),
  WorkforceFigureRecorded: (event, trail, history) => {
    const { urn, fte, censusYear, source } = event.data;
    const census = censusYear === null ? '' : ` by the census of ${censusYear}`;
    const figure = fte === null ? 'no known number of' : `${fte} full-time equivalent (FTE)`;
    return {
      says: `The workforce figure of setting ${urn} was recorded as ${figure} teachers${census}, from row ${source.row} of ${source.file}`,
      because: trail.before(event, history, 'SettingRegistered'),
    };
  },
  WorkforceFigureVerified: ({ data: { urn, fte, document, entry } }, trail) => ({
    says: `${fte} full-time equivalent (FTE) teachers of setting ${urn} were verified by another person against ${document.name} (SHA-256 ${document.sha256})`,
    because: trail.all(entry),
  }),
  WorkforceFigureEntered: (event, trail, history) => {
    const { urn, fte, countedOn, corrects, document, note } = event.data;
    const why = corrects === null ? 'as the census has no figure' : 'as the figure until then is a mistake';
    return {
      says: `${fte} full-time equivalent (FTE) teachers on ${countedOn} were entered for setting ${urn}, ${why}, from ${document.name}: ${note}`,
      because: corrects === null ? whatTheCensusHas(event, trail, history) : trail.all(corrects),
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
    says: `Progress report ${data.window} was submitted${cameBy(data)}, on the approved plan${evidenceOf(data)}`,
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

function cameBy({ arrival }: Named<'ProgressReportSubmitted'>['data']): string {
  return arrival === null ? '' : ` (it came ${arrival.how}, recorded by operations: ${arrival.why})`;
}

function evidenceOf({ actions }: Named<'ProgressReportSubmitted'>['data']): string {
  // One file may show several actions.
  const files = [
    ...new Map(actions.flatMap(({ evidence }) => evidence).map((file) => [file.sha256, file])).values(),
  ];
  if (files.length === 0) return '';
  const named = files.map(({ fileName, sha256 }) => `${fileName} (SHA-256 ${sha256})`);
  return `, with ${counted(files.length, 'file')} as evidence: ${named.join(', ')}`;
}

/** Of every event that one can rest on: a new type of event is told in words here, or this does not compile. */
const STEPS: { readonly [T in TrailEvent['type']]: StepOf<T> } = {
  ...moneySteps,
  ...fundSteps,
  ...offerSteps,
  ...offerEndSteps,
  ...trancheSteps,
  ...moneyBackSteps,
  ...origins,
  ...programmeSteps,
  ...partSteps,
  ...paperwork,
  ...sentBackSteps,
};

/** What an event says, and what it rests on in turn. */
export async function stepOf(
  event: TrailEvent,
  history: readonly TrailEvent[],
  trail: Trail,
): Promise<{ says: string; because: readonly Explanation[] }> {
  const step = STEPS[event.type] as StepOf<TrailEvent['type']>;
  const { says, because } = step(event, trail, history);
  return { says, because: await because };
}
