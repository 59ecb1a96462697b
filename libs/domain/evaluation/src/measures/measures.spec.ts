import { describe, expect, it } from '@jest/globals';
import { History } from '#testing';
import { Measuring, type MeasuredEvent } from './measures.js';
import type { Measures, StageMeasure } from './measures.schema.js';

const PROGRAMME = 'ipswich';
const evidence = { eventId: 'evidence', stream: 'test-1', revision: '0', type: 'Test' };
const policy = {
  version: 1,
  kind: 'rate-per-fte',
  ratePencePerFte: 100,
  floorPence: 0,
  capPence: 1_000_000,
} as const;

type DataOf<T extends MeasuredEvent['type']> = Omit<
  Extract<MeasuredEvent, { type: T }>['data'],
  'programmeId' | 'urn'
>;

/** What happened to the settings of a programme, each at its moment. */
class Story {
  private readonly history = new History();
  private readonly measuring = new Measuring(PROGRAMME);

  constructor(windows: readonly number[] = [1]) {
    this.tell('ProgrammeCreated', '', '2024-09-01', {
      name: 'Ipswich',
      area: 'Ipswich',
      startsOn: '2024-09-01',
      endsOn: '2026-08-31',
      budgetPence: 1_000_000,
      policy,
      tranches: [],
      reportWindows: windows.map((number) => ({
        number,
        opensOn: '2025-05-01',
        dueOn: '2025-05-31',
        closesOn: '2025-06-30',
        deadlineVersion: 1,
      })),
    });
  }

  tell<T extends MeasuredEvent['type']>(
    type: T,
    urn: string,
    at: string,
    data: DataOf<T>,
    programmeId = PROGRAMME,
  ): this {
    const event = { type, data: { programmeId, urn, ...data } } as unknown as MeasuredEvent;
    this.measuring.add(this.history.record(event, { at, stream: `${type}-${urn}` }));
    return this;
  }

  enrolled(urn: string, at: string): this {
    return this.tell('SettingEnrolled', urn, at, {
      settingName: urn,
      reportWindows: [],
      programme: evidence,
      setting: evidence,
    });
  }

  offered(urn: string, at: string, amountPence: number, trancheCount = 2): this {
    return this.tell('AllocationOffered', urn, at, {
      settingName: urn,
      reservationId: `reservation-${urn}`,
      fte: '10.0',
      figure: evidence,
      policy,
      programme: evidence,
      unclampedPence: amountPence,
      remainderPence: 0,
      round: null,
      acceptBy: null,
      carriedOver: null,
      amountPence,
      tranches: Array.from({ length: trancheCount }, (_, index) => ({
        number: index + 1,
        shareBasisPoints: 10_000 / trancheCount,
        amountPence: amountPence / trancheCount,
        conditions: [],
      })),
    });
  }

  accepted(urn: string, at: string, amountPence: number): this {
    return this.tell('OfferAccepted', urn, at, {
      amountPence,
      reservationId: `reservation-${urn}`,
      signature: null,
    });
  }

  released(urn: string, at: string, number: number, amountPence: number): this {
    return this.tell('TrancheReleased', urn, at, { number, amountPence });
  }

  get measures(): Measures {
    return this.measuring.result();
  }

  stage(name: string): StageMeasure {
    const found = this.measures.stages.find(({ stage }) => stage === name);
    if (found === undefined) throw new Error(`no stage ${name}`);
    return found;
  }
}

describe('take-up', () => {
  it('counts settings and money, those whose offer was abandoned not', () => {
    const { takeUp } = new Story()
      .enrolled('1', '2024-09-02')
      .enrolled('2', '2024-09-02')
      .enrolled('3', '2024-09-02')
      .enrolled('4', '2024-09-02')
      .offered('1', '2024-10-01', 200_000)
      .offered('2', '2024-10-01', 100_000)
      .offered('3', '2024-10-01', 50_000)
      .accepted('1', '2024-10-02', 200_000)
      .tell('OfferAbandoned', '3', '2024-10-02', {
        reservationId: 'reservation-3',
        reason: 'half done',
      }).measures;
    expect(takeUp).toEqual({
      enrolled: 4,
      offered: 2,
      accepted: 1,
      acceptedOfEnrolled: { numerator: 1, denominator: 4, basisPoints: 2500 },
      budgetPence: 1_000_000,
      allocatedPence: 300_000,
      acceptedPence: 200_000,
      acceptedOfBudget: { numerator: 200_000, denominator: 1_000_000, basisPoints: 2000 },
    });
  });

  it('lets an offer stand when another one, never made, is abandoned', () => {
    const { takeUp } = new Story()
      .offered('1', '2024-10-01', 200_000)
      .tell('OfferAbandoned', '1', '2024-10-02', {
        reservationId: 'an earlier one',
        reason: 'half done',
      }).measures;
    expect(takeUp.offered).toBe(1);
  });

  it('is of one programme only', () => {
    const story = new Story().enrolled('1', '2024-09-02');
    story.tell(
      'OfferAccepted',
      '1',
      '2024-10-02',
      { amountPence: 5, reservationId: 'r', signature: null },
      'another',
    );
    expect(story.measures.takeUp.accepted).toBe(0);
  });
});

describe('the drawn-down share', () => {
  it('is what was released of what was accepted, with settings paid and paid in full', () => {
    const { drawnDown } = new Story()
      .offered('1', '2024-10-01', 200_000)
      .accepted('1', '2024-10-02', 200_000)
      .released('1', '2024-11-01', 1, 100_000)
      .released('1', '2025-07-01', 2, 100_000)
      .offered('2', '2024-10-01', 100_000)
      .accepted('2', '2024-10-02', 100_000)
      .released('2', '2024-11-01', 1, 50_000).measures;
    expect(drawnDown).toEqual({
      acceptedPence: 300_000,
      releasedPence: 250_000,
      releasedOfAccepted: { numerator: 250_000, denominator: 300_000, basisPoints: 8333 },
      settingsPaid: 2,
      settingsFullyPaid: 1,
    });
  });
});

const plan = { version: 1 };
const submittedPlan = { ...plan, audit: evidence, actions: [], totalPence: 1 };
const report = { window: 1 };
const submittedReport = {
  ...{ ...report, summary: 's', plan: evidence, actions: [] },
  ...{ arrival: null, ending: null },
};
const completedAudit = { cycle: 1, groups: null, ratings: [], needs: [], supportedBy: [] };

describe('time in each stage', () => {
  it('runs between milestones by when they happened', () => {
    const story = new Story()
      .enrolled('1', '2024-09-02T09:00:00Z')
      .enrolled('2', '2024-09-02T09:00:00Z')
      .enrolled('3', '2024-09-02T09:00:00Z')
      .tell('AuditCompleted', '1', '2024-09-03T09:00:00Z', completedAudit)
      .tell('AuditCompleted', '2', '2024-09-05T09:30:00Z', completedAudit);
    expect(story.stage('audit')).toEqual({
      stage: 'audit',
      from: 'enrolled',
      to: 'audit-completed',
      settings: 2,
      hours: { minimum: 24, median: 48, maximum: 72 },
      stillInStage: 1,
      outOfOrder: 0,
    });
    expect(story.stage('planning').stillInStage).toBe(2);
  });

  it('takes the first audit cycle and the first submission, whichever is told first', () => {
    const story = new Story()
      .enrolled('1', '2024-09-01')
      .tell('AuditCompleted', '1', '2025-09-01', { ...completedAudit, cycle: 2 })
      .tell('AuditCompleted', '1', '2024-09-02', completedAudit);
    expect(story.stage('audit').hours?.median).toBe(24);
  });

  it('counts an approval that was withdrawn as not reached until it is given again', () => {
    const story = new Story()
      .tell('ActionPlanSubmitted', '1', '2024-10-01', submittedPlan)
      .tell('ActionPlanReturned', '1', '2024-10-02', { ...plan, comments: 'c', actions: [] })
      .tell('ActionPlanSubmitted', '1', '2024-10-03', submittedPlan)
      .tell('ActionPlanApproved', '1', '2024-10-04', plan)
      .tell('ActionPlanApprovalWithdrawn', '1', '2024-10-05', { ...plan, reason: 'r' });
    expect(story.stage('plan-approval')).toMatchObject({ settings: 0, stillInStage: 1 });
    story.tell('ActionPlanApproved', '1', '2024-10-06', plan);
    expect(story.stage('plan-approval').hours?.median).toBe(5 * 24);
  });

  it('has a stage for each report window, undone when the acceptance is', () => {
    const story = new Story([1, 2])
      .offered('1', '2024-10-01', 100)
      .accepted('1', '2025-05-01', 100)
      .tell('ProgressReportSubmitted', '1', '2025-05-03', submittedReport)
      .tell('ProgressReportAccepted', '1', '2025-05-04', report);
    expect(story.stage('report-1').hours?.median).toBe(48);
    expect(story.stage('report-1-acceptance').hours?.median).toBe(24);
    expect(story.stage('report-2')).toMatchObject({ settings: 0, stillInStage: 1 });
    story.tell('ProgressReportAcceptanceWithdrawn', '1', '2025-05-05', { ...report, reason: 'r' });
    expect(story.stage('report-1-acceptance')).toMatchObject({ settings: 0, stillInStage: 1 });
  });

  it('keeps apart settings whose milestones came in another order', () => {
    const story = new Story()
      .offered('1', '2024-10-01', 100)
      .tell('ActionPlanApproved', '1', '2024-10-05', plan)
      .released('2', '2024-10-05', 1, 10);
    expect(story.stage('allocation')).toMatchObject({ settings: 0, hours: null, outOfOrder: 1 });
    expect(story.stage('first-payment')).toMatchObject({ settings: 0, stillInStage: 0, outOfOrder: 1 });
  });
});
