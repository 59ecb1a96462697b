import { auditEvents } from '#domain/audits';
import { allocationEvents, fundBudgetLowered, fundBudgetRaised } from '#domain/funding';
import { planEvents } from '#domain/plans';
import { participationEvents, programmeEvents } from '#domain/programme';
import { reportEvents } from '#domain/reporting';
import { millisOf, type EventDefinition, type EventOf, type RecordedEvent } from '#kernel';
import type { Measures, StageMeasure } from './measures.schema.js';
import { hoursOf, shareOf } from './shares-and-times.js';

/** Every event that a measure could be taken from. Of the fund's, those that change the budget: allocations say the rest. */
export const measuredEvents = [
  ...programmeEvents,
  ...participationEvents,
  ...auditEvents,
  ...planEvents,
  ...allocationEvents,
  fundBudgetRaised,
  fundBudgetLowered,
  ...reportEvents,
] as const;
export type MeasuredEvent = EventOf<(typeof measuredEvents)[number]>;

type Measured = RecordedEvent<MeasuredEvent>;

/** Whether an event is one of an aggregate's. */
function among<const D extends readonly EventDefinition[]>(definitions: D) {
  const types: ReadonlySet<string> = new Set(definitions.map(({ type }) => type));
  return (event: Measured): event is Extract<Measured, { readonly type: D[number]['type'] }> =>
    types.has(event.type);
}
const ofPlan = among(planEvents);
const ofReport = among(reportEvents);
const ofAllocation = among(allocationEvents);

/** What one setting has been through, by when it happened in the world. */
interface SettingStory {
  /** Milliseconds since 1970 by milestone, such as `plan-approved`. */
  readonly reached: Map<string, number>;
  /** Of the offer that stands or was accepted; both are nothing while there is none. */
  offeredPence: number;
  reservationId: string | undefined;
  accepted: boolean;
  tranches: number;
  releasedTranches: number;
  releasedPence: number;
}

/**
 * Folds the events of one programme, in log order, into its measures. It asks nobody else: no clock, no read
 * model. A stage is measured between the first times its two ends were reached; what was undone (an approval
 * withdrawn, an offer abandoned) was not reached until it is done again.
 */
export class Measuring {
  private budgetPence = 0;
  private windows: readonly number[] = [];
  private readonly stories = new Map<string, SettingStory>();

  constructor(readonly programmeId: string) {}

  /** Events of other programmes change nothing. Total: never throws on history. */
  add(event: Measured): void {
    if (event.data.programmeId !== this.programmeId) return;
    const at = millisOf(event.metadata.occurredAt);
    if (ofPlan(event)) return addPlan(this.story(event.data.urn), event, at);
    if (ofReport(event)) return addReport(this.story(event.data.urn), event, at);
    if (ofAllocation(event)) return addAllocation(this.story(event.data.urn), event, at);
    switch (event.type) {
      case 'ProgrammeCreated':
        this.budgetPence = event.data.budgetPence;
        this.windows = event.data.reportWindows.map((window) => window.number);
        return;
      case 'ReportWindowsReplaced': {
        const added = event.data.reportWindows.map((window) => window.number);
        this.windows = [...new Set([...this.windows, ...added])].sort((a, b) => a - b);
        return;
      }
      case 'FundBudgetRaised':
      case 'FundBudgetLowered':
        this.budgetPence = event.data.budgetPence;
        return;
      case 'SettingEnrolled':
        return reach(this.story(event.data.urn), 'enrolled', at);
      case 'AuditCompleted':
        return reach(this.story(event.data.urn), 'audit-completed', at);
      case 'AuditStarted':
      case 'AuditSignedOff':
      case 'AuditReturned':
      case 'AllocationPolicyReplaced':
      case 'ProgrammePaused':
      case 'ProgrammeResumed':
      case 'TrancheScheduleReplaced':
      case 'SeniorOwnerAppointed':
      case 'ProgrammeBoardNamed':
      case 'ProgrammeVersionWithdrawn':
      case 'FundingRulesSet':
      case 'ServiceStandardsSet':
      case 'ApprovalDelegated':
      case 'ApprovalDelegationEnded':
      case 'ProgrammeClosed':
      case 'SettingInvited':
      case 'InvitationDeclined':
      case 'SettingWithdrawn':
      case 'DueDiligenceCompleted':
      case 'FraudRiskAssessed':
      case 'GrantAgreementSigned':
      case 'FinancialReviewCompleted':
      case 'ContinuityDecisionRaised':
      case 'ContinuityDecided':
      case 'SuccessorReplaced':
      case 'TransferReplaced':
      case 'PartHandedOver':
      case 'PartTakenOver':
      case 'ReportDeadlineExtended':
        return;
      default:
        event satisfies never;
    }
  }

  private story(urn: string): SettingStory {
    const known = this.stories.get(urn);
    if (known !== undefined) return known;
    const story: SettingStory = {
      reached: new Map(),
      offeredPence: 0,
      reservationId: undefined,
      accepted: false,
      tranches: 0,
      releasedTranches: 0,
      releasedPence: 0,
    };
    this.stories.set(urn, story);
    return story;
  }

  result(): Measures {
    const stories = [...this.stories.values()];
    const enrolled = stories.filter((story) => story.reached.has('enrolled')).length;
    const offered = stories.filter((story) => story.offeredPence > 0);
    const accepted = stories.filter((story) => story.accepted);
    const pence = (some: readonly SettingStory[]): number =>
      some.reduce((sum, story) => sum + story.offeredPence, 0);
    const releasedPence = stories.reduce((sum, story) => sum + story.releasedPence, 0);
    return {
      version: 1,
      takeUp: {
        enrolled,
        offered: offered.length,
        accepted: accepted.length,
        acceptedOfEnrolled: shareOf(accepted.length, enrolled),
        budgetPence: this.budgetPence,
        allocatedPence: pence(offered),
        acceptedPence: pence(accepted),
        acceptedOfBudget: shareOf(pence(accepted), this.budgetPence),
      },
      drawnDown: {
        acceptedPence: pence(accepted),
        releasedPence,
        releasedOfAccepted: shareOf(releasedPence, pence(accepted)),
        settingsPaid: stories.filter((story) => story.releasedTranches > 0).length,
        settingsFullyPaid: stories.filter(
          (story) => story.releasedTranches > 0 && story.releasedTranches === story.tranches,
        ).length,
      },
      stages: stagesOf(this.windows).map(([stage, from, to]) => stageMeasure(stage, from, to, stories)),
    };
  }
}

function stagesOf(
  windows: readonly number[],
): readonly (readonly [stage: string, from: string, to: string])[] {
  return [
    ['audit', 'enrolled', 'audit-completed'],
    ['planning', 'audit-completed', 'plan-submitted'],
    ['plan-approval', 'plan-submitted', 'plan-approved'],
    ['allocation', 'plan-approved', 'offered'],
    ['acceptance', 'offered', 'accepted'],
    ['first-payment', 'accepted', 'first-release'],
    ...windows.flatMap((k): (readonly [string, string, string])[] => [
      [`report-${k}`, 'accepted', `report-${k}-submitted`],
      [`report-${k}-acceptance`, `report-${k}-submitted`, `report-${k}-accepted`],
    ]),
  ];
}

function stageMeasure(
  stage: string,
  from: string,
  to: string,
  stories: readonly SettingStory[],
): StageMeasure {
  const durations: number[] = [];
  let stillInStage = 0;
  let outOfOrder = 0;
  for (const { reached } of stories) {
    const [begun, ended] = [reached.get(from), reached.get(to)];
    if (begun !== undefined && ended === undefined) stillInStage += 1;
    else if (ended !== undefined && (begun === undefined || ended < begun)) outOfOrder += 1;
    else if (ended !== undefined && begun !== undefined) durations.push(ended - begun);
  }
  return { stage, from, to, settings: durations.length, hours: hoursOf(durations), stillInStage, outOfOrder };
}

/** Keeps the earliest: a report told late may have come before one told early. */
function reach(story: SettingStory, milestone: string, at: number): void {
  const before = story.reached.get(milestone);
  if (before === undefined || at < before) story.reached.set(milestone, at);
}

function addPlan(
  story: SettingStory,
  event: Extract<MeasuredEvent, { type: `ActionPlan${string}` }>,
  at: number,
): void {
  switch (event.type) {
    case 'ActionPlanSubmitted':
      return reach(story, 'plan-submitted', at);
    case 'ActionPlanReturned':
      return;
    case 'ActionPlanApproved':
      return reach(story, 'plan-approved', at);
    case 'ActionPlanApprovalWithdrawn':
      story.reached.delete('plan-approved');
      return;
    case 'ActionPlanVariationSubmitted': // an approved plan stays in force while it is varied, and after
    case 'ActionPlanVariationReturned':
    case 'ActionPlanVariationApproved':
      return;
    default:
      event satisfies never;
  }
}

function addReport(
  story: SettingStory,
  event: Extract<MeasuredEvent, { type: `ProgressReport${string}` }>,
  at: number,
): void {
  const report = `report-${event.data.window}`;
  switch (event.type) {
    case 'ProgressReportSubmitted':
      return reach(story, `${report}-submitted`, at);
    case 'ProgressReportAccepted':
      return reach(story, `${report}-accepted`, at);
    case 'ProgressReportPartlyAccepted':
      // What its tranche need not wait for is accepted, as far as the way of the setting goes.
      if (event.data.tranche === 'may-be-paid') reach(story, `${report}-accepted`, at);
      return;
    case 'ProgressReportReturned':
      return;
    case 'ProgressReportAcceptanceWithdrawn':
      story.reached.delete(`${report}-accepted`);
      return;
    default:
      event satisfies never;
  }
}

function addAllocation(
  story: SettingStory,
  event: EventOf<(typeof allocationEvents)[number]>,
  at: number,
): void {
  switch (event.type) {
    case 'AllocationOffered':
      story.offeredPence = event.data.amountPence;
      story.reservationId = event.data.reservationId;
      story.tranches = event.data.tranches.length;
      return reach(story, 'offered', at);
    case 'AllocationRevised':
      story.offeredPence = event.data.amountPence;
      story.tranches = event.data.tranches.filter(({ amountPence }) => amountPence > 0).length;
      return;
    case 'OfferAbandoned':
    case 'OfferDeclined':
    case 'OfferLapsed':
      // It may be said of an offer that was never made, while another one stands.
      if (story.accepted || event.data.reservationId !== story.reservationId) return;
      story.offeredPence = 0;
      story.reservationId = undefined;
      story.reached.delete('offered');
      return;
    case 'OfferAccepted':
      story.accepted = true;
      return reach(story, 'accepted', at);
    case 'TrancheReleased':
      story.releasedTranches += 1;
      story.releasedPence += event.data.amountPence;
      return reach(story, 'first-release', at);
    case 'TrancheReleaseReversed':
      story.releasedTranches -= 1;
      story.releasedPence -= event.data.amountPence;
      return;
    case 'RevisionAbandoned':
    case 'ConditionMet':
    case 'ConditionRevoked':
    case 'TrancheProposed':
    case 'TrancheApproved':
    case 'TrancheProposalRefused':
    case 'TrancheProposalWithdrawn':
    case 'TrancheApprovalRevoked':
    case 'TrancheHeld':
    case 'TrancheResumed':
    case 'TranchePaymentReversed':
    // What was drawn down was: what came back of it is on the ledger, and takes nothing from the way of a setting.
    case 'ReclaimProposed':
    case 'ReclaimApproved':
    case 'ReclaimWithdrawn':
    case 'ReclaimReceived':
    case 'UnderspendReturned':
    case 'ReceiptReversed':
    case 'AllocationClosed':
      return;
    default:
      event satisfies never;
  }
}
