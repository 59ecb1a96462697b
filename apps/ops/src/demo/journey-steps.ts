import { CompleteAudit, SignOffAudit, StartAudit } from '#domain/audits';
import {
  AcceptOffer,
  ApproveTranche,
  GetSettlement,
  HoldTranche,
  OfferAllocation,
  ProposeTranche,
  RefuseTrancheProposal,
  ReleaseTranche,
  ResumeTranche,
  type Settlement,
} from '#domain/funding';
import { EnterPayeeDetails, ShowPayee, VerifyPayeeDetails, type PayeeShown } from '#domain/payments';
import { ApproveActionPlan, ReturnActionPlan, SubmitActionPlan } from '#domain/plans';
import {
  AssessFraudRisk,
  CompleteDueDiligence,
  CompleteFinancialReview,
  EnrolSetting,
  SignGrantAgreement,
} from '#domain/programme';
import {
  AcceptPartOfReport,
  AcceptProgressReport,
  SubmitProgressReport,
  type AttachFile,
} from '#domain/reporting';
import { addDays, dateInLondon, type CalendarDate } from '#kernel';
import type { CommandContext } from '#platform/event-store';
import type { QueryBus } from '@nestjs/cqrs';
import type { DemoCalendar } from './calendar.js';
import type { Chance } from './chance.js';
import type { Diary } from './diary.js';
import type { Fate } from './fate.js';
import {
  actionsOf,
  AGREEMENT,
  auditOf,
  COMMENTS,
  DUE_DILIGENCE,
  FRAUD_RISK,
  HELD,
  PART_OF_REPORT,
  payeeOf,
  REFUSED,
  attendanceAt,
  reportOf,
  REVIEWED,
  SECOND_INSTRUMENT,
  type DemoAction,
} from './paperwork.js';
import { cpdLead, people } from './people.js';

/** What every participant has in common, and its own chances. */
export interface Ways {
  readonly programmeId: string;
  readonly calendar: DemoCalendar;
  readonly chance: Chance;
  readonly queries: QueryBus;
  readonly attach: Attach;
}

/** Keeps a file as evidence. */
export type Attach = (input: AttachFile['input'], context: CommandContext) => Promise<{ sha256: string }>;

/** What one setting and those who support it do, step by step, written into its diary. */
export class Journey {
  private actions: readonly DemoAction[] = [];
  private readonly ids: { readonly programmeId: string; readonly urn: string };

  private readonly calendar: DemoCalendar;
  private readonly chance: Chance;
  private readonly queries: QueryBus;
  private readonly attach: Attach;

  constructor(
    { programmeId, calendar, chance, queries, attach }: Ways,
    private readonly urn: string,
    private readonly expectedPence: number,
    /** The first day of what it plans. */
    private readonly plansFrom: CalendarDate,
    private readonly diary: Diary,
  ) {
    this.ids = { programmeId, urn };
    this.calendar = calendar;
    this.chance = chance;
    this.queries = queries;
    this.attach = attach;
  }

  enrol(): void {
    this.diary.after(1, 28, 'enrol', {
      by: people.operations,
      command: (context) => new EnrolSetting(this.ids, context),
    });
  }

  audit(cycle: number): void {
    this.diary.after(3, 10, `audit-${cycle}-start`, {
      by: cpdLead(this.urn),
      command: (context) => new StartAudit({ ...this.ids, cycle }, context),
    });
    const inSecondYear = this.diary.today > (this.calendar.yearEnds[0] ?? '');
    const features = inSecondYear ? SECOND_INSTRUMENT.features : undefined;
    this.diary
      .after(14, 30, `audit-${cycle}-complete`, {
        by: cpdLead(this.urn),
        command: (context) =>
          new CompleteAudit({ ...this.ids, cycle, ...auditOf(this.chance, cycle, features) }, context),
      })
      .after(1, 5, `audit-${cycle}-sign-off`, {
        by: people.adviser,
        command: (context) => new SignOffAudit({ ...this.ids, cycle }, context),
      });
  }

  secondAudit(): void {
    this.diary.goTo(addDays(this.calendar.startsOn, 365 + this.chance.between(14, 60, 'second audit day')));
    this.audit(2);
  }

  /** @returns whether it came to be approved */
  plan(fate: Fate): boolean {
    this.submitPlan(1);
    if (fate.planReturned) {
      const comments = this.chance.pick(COMMENTS, 'comments');
      this.diary.after(5, 9, 'plan-return', {
        by: people.planApprover,
        command: (context) => new ReturnActionPlan({ ...this.ids, comments }, context),
      });
      if (fate.planAbandoned) return false;
      this.submitPlan(2);
    }
    this.diary.after(5, 12, 'plan-approve', {
      by: people.planApprover,
      command: (context) => new ApproveActionPlan(this.ids, context),
    });
    return true;
  }

  private submitPlan(version: number): void {
    const dates = {
      startsOn: this.plansFrom,
      endsOn: addDays(this.calendar.endsOn, -40),
    };
    const actions = actionsOf(this.chance, version, this.expectedPence, dates);
    this.actions = actions;
    this.diary.after(version === 1 ? 10 : 7, version === 1 ? 30 : 14, `plan-submit-${version}`, {
      by: cpdLead(this.urn),
      command: (context) => new SubmitActionPlan({ ...this.ids, actions }, context),
    });
  }

  /** @returns whether the setting accepted what it was offered */
  allocation(fate: Fate): boolean {
    this.diary
      .after(1, 2, 'due-diligence', {
        by: people.operations,
        command: (context) => new CompleteDueDiligence({ ...this.ids, ...DUE_DILIGENCE }, context),
      })
      .after(1, 2, 'fraud-risk', {
        by: people.planApprover,
        command: (context) => new AssessFraudRisk({ ...this.ids, ...FRAUD_RISK }, context),
      });
    this.diary.after(3, 6, 'offer', {
      by: people.operations,
      command: (context) => new OfferAllocation(this.ids, context),
    });
    if (fate.offerLeftOpen) return false;
    const { sha256 } = AGREEMENT;
    const signatory = { subject: cpdLead(this.urn).subject, roleTitle: 'Head teacher' };
    this.diary.after(1, 4, 'sign-agreement', {
      by: cpdLead(this.urn),
      command: (context) => new SignGrantAgreement({ ...this.ids, version: 1, sha256, signatory }, context),
    });
    this.diary.after(3, 15, 'accept', {
      by: cpdLead(this.urn),
      command: (context) => new AcceptOffer(this.ids, context),
    });
    return true;
  }

  /** Entered by one person of the programme, verified by another. */
  payee(): void {
    const { urn } = this;
    this.diary
      .after(1, 3, 'payee-enter', {
        by: people.operations,
        command: (context) => new EnterPayeeDetails({ urn, ...payeeOf(this.chance, urn) }, context),
      })
      .after(1, 3, 'payee-verify', {
        by: people.payer,
        command: async (context) => {
          const { reference } = await this.queries.execute<ShowPayee, PayeeShown>(new ShowPayee({ urn }));
          return new VerifyPayeeDetails({ urn, reference }, context);
        },
      });
  }

  /** Before the first year of its part is over, so that the next tranche may be proposed. */
  review(): void {
    this.diary.goTo(addDays(this.calendar.startsOn, 335)).after(1, 14, 'review', {
      by: people.operations,
      command: async (context) => {
        const asked = new GetSettlement(this.ids);
        const { spentPence, settledPence } = await this.queries.execute<GetSettlement, Settlement>(asked);
        const upTo = dateInLondon(context.occurredAt!);
        const review = { upTo, findings: REVIEWED, outcome: 'continue' } as const;
        // Of the grant: what was spent beyond it is the setting's own.
        const spent = Math.min(spentPence, settledPence);
        return new CompleteFinancialReview({ ...this.ids, ...review, spentPence: spent }, context);
      },
    });
  }

  report(window: number): void {
    const { opensOn, dueOn } = this.calendar.windows[window - 1]!;
    const late = this.chance.happens(0.18, `late ${window}`);
    this.diary
      .goTo(late ? addDays(dueOn, 1) : opensOn)
      .after(1, late ? 20 : 27, `report-${window}-submit`, {
        by: cpdLead(this.urn),
        command: async (context) => {
          const { sha256 } = await this.attach(attendanceAt(this.ids.urn, window, this.actions), context);
          const report = reportOf(this.chance, window, this.actions, sha256);
          return new SubmitProgressReport({ ...this.ids, window, ...report }, context);
        },
      })
      .after(3, 10, `report-${window}-accept`, {
        by: people.planApprover,
        command: (context) => this.verdictOn(window, context),
      });
  }

  /** Most are accepted whole, some but for their last action. */
  private verdictOn(window: number, context: CommandContext): object {
    const last = this.actions.at(-1);
    if (last === undefined || !this.chance.happens(0.15, `part of report ${window}`)) {
      return new AcceptProgressReport({ ...this.ids, window }, context);
    }
    const { reason, effect } = PART_OF_REPORT;
    const notAccepted = [{ actionId: last.actionId, reason }];
    const verdict = { notAccepted, tranche: 'may-be-paid', effect } as const;
    return new AcceptPartOfReport({ ...this.ids, window, ...verdict }, context);
  }

  tranche(number: number): void {
    const input = { ...this.ids, number };
    // Now and then the bank's confirmation reaches the programme some days after the money has gone.
    const daysLate = this.chance.happens(0.1, `told late ${number}`) ? 6 : 0;
    this.propose(number, 'propose');
    if (this.chance.happens(0.08, `refused ${number}`)) {
      this.diary.after(1, 3, `tranche-${number}-refuse`, {
        by: people.trancheApprover,
        command: (context) => new RefuseTrancheProposal({ ...input, reason: REFUSED }, context),
      });
      this.propose(number, 'propose-again');
    }
    if (this.chance.happens(0.08, `held ${number}`)) this.hold(number);
    this.diary
      .after(1, 4, `tranche-${number}-approve`, {
        by: people.trancheApprover,
        command: (context) => new ApproveTranche(input, context),
      })
      .after(1, 3, `tranche-${number}-release`, {
        by: people.payer,
        daysLate,
        command: (context) => new ReleaseTranche(input, context),
      });
  }

  private propose(number: number, key: string): void {
    this.diary.after(3, 8, `tranche-${number}-${key}`, {
      by: people.trancheProposer,
      waits: true,
      command: (context) => new ProposeTranche({ ...this.ids, number }, context),
    });
  }

  private hold(number: number): void {
    const [why, over] = HELD;
    this.diary
      .after(1, 2, `tranche-${number}-hold`, {
        by: people.trancheApprover,
        command: (context) => new HoldTranche({ ...this.ids, number, reason: why }, context),
      })
      .after(5, 12, `tranche-${number}-resume`, {
        by: people.trancheApprover,
        command: (context) => new ResumeTranche({ ...this.ids, number, reason: over }, context),
      });
  }
}
