import { CompleteAudit, StartAudit } from '#domain/audits';
import {
  AcceptOffer,
  ApproveTranche,
  OfferAllocation,
  ProposeTranche,
  ReleaseTranche,
} from '#domain/funding';
import { ApproveActionPlan, ReturnActionPlan, SubmitActionPlan } from '#domain/plans';
import { AssessFraudRisk, CompleteDueDiligence, EnrolSetting } from '#domain/programme';
import { AcceptProgressReport, SubmitProgressReport } from '#domain/reporting';
import { addDays } from '#kernel';
import type { DemoCalendar } from './calendar.js';
import { Chance } from './chance.js';
import { Diary, type Step } from './diary.js';
import {
  actionsOf,
  auditOf,
  COMMENTS,
  DUE_DILIGENCE,
  FRAUD_RISK,
  reportOf,
  type DemoAction,
} from './paperwork.js';
import { cpdLead, people } from './people.js';

/** How the two years go for a setting; most go all the way. */
interface Fate {
  readonly planReturned: boolean;
  readonly planAbandoned: boolean;
  readonly offerLeftOpen: boolean;
  /** The number of the first report that is never submitted; nothing follows it. */
  readonly silentFrom: number;
}

function fateOf(chance: Chance): Fate {
  const planReturned = chance.happens(0.25, 'plan returned');
  return {
    planReturned,
    planAbandoned: planReturned && chance.happens(0.15, 'plan abandoned'),
    offerLeftOpen: chance.happens(0.04, 'offer left open'),
    silentFrom: chance.happens(0.08, 'silent from 1') ? 1 : chance.happens(0.14, 'silent from 2') ? 2 : 3,
  };
}

/** Everything one setting and those who support it do in the two years, in order. */
export function journeyOf(programmeId: string, urn: string, calendar: DemoCalendar): readonly Step[] {
  const chance = new Chance(`${programmeId} ${urn}`);
  const diary = new Diary(urn, chance, addDays(calendar.startsOn, 7));
  const journey = new Journey(programmeId, urn, calendar, chance, diary);
  const fate = fateOf(chance);
  journey.enrol();
  journey.audit(1);
  if (journey.plan(fate) && journey.allocation(fate)) {
    journey.tranche(1);
    for (const { number } of calendar.windows) {
      if (number >= fate.silentFrom) break;
      if (number === 2 && chance.happens(0.6, 'second audit')) journey.secondAudit();
      journey.report(number);
      journey.tranche(number + 1);
    }
  }
  return diary.steps.filter((step) => step.toldOn <= calendar.endsOn);
}

class Journey {
  private actions: readonly DemoAction[] = [];
  private readonly ids: { readonly programmeId: string; readonly urn: string };

  constructor(
    programmeId: string,
    private readonly urn: string,
    private readonly calendar: DemoCalendar,
    private readonly chance: Chance,
    private readonly diary: Diary,
  ) {
    this.ids = { programmeId, urn };
  }

  enrol(): void {
    this.diary.after(1, 28, 'enrol', {
      by: people.operations,
      command: (context) => new EnrolSetting(this.ids, context),
    });
  }

  audit(cycle: number): void {
    this.diary
      .after(3, 10, `audit-${cycle}-start`, {
        by: cpdLead(this.urn),
        command: (context) => new StartAudit({ ...this.ids, cycle }, context),
      })
      .after(14, 30, `audit-${cycle}-complete`, {
        by: cpdLead(this.urn),
        command: (context) =>
          new CompleteAudit({ ...this.ids, cycle, ...auditOf(this.chance, cycle) }, context),
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
      startsOn: addDays(this.calendar.startsOn, 60),
      endsOn: addDays(this.calendar.endsOn, -40),
    };
    const actions = actionsOf(this.chance, version, dates);
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
    this.diary.after(3, 15, 'accept', {
      by: cpdLead(this.urn),
      command: (context) => new AcceptOffer(this.ids, context),
    });
    return true;
  }

  report(window: number): void {
    const { opensOn, dueOn } = this.calendar.windows[window - 1]!;
    const late = this.chance.happens(0.18, `late ${window}`);
    this.diary
      .goTo(late ? addDays(dueOn, 1) : opensOn)
      .after(1, late ? 20 : 27, `report-${window}-submit`, {
        by: cpdLead(this.urn),
        command: (context) =>
          new SubmitProgressReport(
            { ...this.ids, window, ...reportOf(this.chance, window, this.actions) },
            context,
          ),
      })
      .after(3, 10, `report-${window}-accept`, {
        by: people.adviser,
        command: (context) => new AcceptProgressReport({ ...this.ids, window }, context),
      });
  }

  tranche(number: number): void {
    const input = { ...this.ids, number };
    // Now and then the bank's confirmation reaches the programme some days after the money has gone.
    const daysLate = this.chance.happens(0.1, `told late ${number}`) ? 6 : 0;
    this.diary
      .after(3, 8, `tranche-${number}-propose`, {
        by: people.trancheProposer,
        waits: true,
        command: (context) => new ProposeTranche(input, context),
      })
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
}
