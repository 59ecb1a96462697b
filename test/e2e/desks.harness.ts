import { allocation, ListTranches, type TrancheInTurn } from '#domain/funding';
import { GetPlan, plansProjection, type PlanDocument, type PlanShown } from '#domain/plans';
import { DESKS, ListParticipations, programme, type ParticipationRow, type Turn } from '#domain/programme';
import { ListReports, type ReportDocument } from '#domain/reporting';
import { GetWorkList, SAYING_WHOSE_TURN, type WorkItem, type WorkList } from '#domain/work-lists';
import { dateInLondon, parseInstant, participationId } from '#kernel';
import { Decisions } from '#platform/event-store';
import { ReadModels, type Page } from '#platform/read-store';
import type { Funding } from './funding.harness.js';

const BEFORE_A_REPORT: ReadonlySet<string> = new Set([
  ...['start-audit', 'complete-audit', 'submit-plan', 'approve-plan'],
]);

type ItemOn = WorkItem & { readonly desk: string };

/** The seven lists of one programme, as a test reads them. */
export class Desks {
  constructor(
    private readonly funding: Funding,
    private readonly programmeId: string,
  ) {}

  async items(urn?: string, bySetting = urn !== undefined): Promise<readonly ItemOn[]> {
    const found: ItemOn[] = [];
    for (const desk of DESKS) {
      const input = { programmeId: this.programmeId, desk, bySetting, ...(urn === undefined ? {} : { urn }) };
      const { items } = await this.funding.ask<WorkList>(new GetWorkList(input));
      found.push(...items.map((item) => ({ ...item, desk })));
    }
    return found;
  }

  /** What waits on one setting, such as `setting submit-report since 2024-02-01 until 2024-06-30`, in the order of the desks. */
  async waiting(urn: string): Promise<readonly string[]> {
    await this.funding.settle();
    const items = await this.items(undefined, true);
    await this.nothingLost(items);
    return items.filter((one) => one.urn === urn).map(inShort);
  }

  /** The settings that wait on one desk's list for one thing to be done, as of all that has been recorded. */
  async settingsOn(desk: string, action: string, { overdue = false } = {}): Promise<readonly string[]> {
    for (const projection of SAYING_WHOSE_TURN)
      await this.funding.office.app.get(ReadModels).upToHead(projection);
    const { programmeId } = this;
    const { items } = await this.funding.ask<WorkList>(new GetWorkList({ programmeId, desk, action }));
    return items.filter((one) => !overdue || one.overdue).map(({ urn }) => urn);
  }

  private async rows() {
    const { programmeId } = this;
    const ask = <D>(query: object) => this.funding.ask<D>(query);
    const parts = await ask<Page<ParticipationRow>>(new ListParticipations(programmeId));
    const reports = await ask<Page<ReportDocument>>(new ListReports({ programmeId }));
    const tranches = await ask<readonly TrancheInTurn[]>(new ListTranches({ programmeId }));
    const plans = this.funding.office.app.get(ReadModels).collection<PlanDocument>(plansProjection);
    return { parts: parts.documents, reports: reports.documents, tranches, plans };
  }

  /**
   * Throws, naming it, if something that is not finished is nobody's turn; or if it is somebody's, today, and that desk's
   * list has nothing of the setting to do for it.
   */
  async nothingLost(read?: readonly ItemOn[]): Promise<void> {
    const { parts, reports, tranches, plans } = await this.rows();
    const items = read ?? (await this.items());
    const ofAll = new Set(items.filter(({ urn }) => urn === '').map(({ action }) => action));
    const listed = Map.groupBy(items, ({ urn, action }) => `${urn} ${action}`);
    const see = (what: string, urn: string, { next, nextAction, nextSince, nextUntil }: Turn): void => {
      if (next === null || nextAction === null || nextSince === null) throw new Error(`nobody: ${what}`);
      if (nextUntil === null) throw new Error(`${what} has no last day: ${nextAction}`);
      if (nextSince > this.funding.now || ofAll.has(nextAction)) return;
      const lines = listed.get(`${urn} ${nextAction}`) ?? [];
      if (lines.length === 0) throw new Error(`${what} is on no list: ${nextAction}`);
      // What a report rests on is to be done until that is due, if not before.
      if (BEFORE_A_REPORT.has(nextAction) || lines.some(({ until }) => until === nextUntil)) return;
      throw new Error(`${what} has another last day, ${nextUntil}, than its line: ${nextAction}`);
    };
    const running = new Set(parts.filter(({ status }) => status === 'enrolled').map(({ urn }) => urn));
    for (const part of parts) {
      // With whom no money waits for, nothing more is begun once the programme is over.
      if ((await this.isOver()) && !(await this.isMoneyOpen(part.urn))) continue;
      const waits = part.status === 'transferred' && !part.wasTakenOver;
      if (part.status === 'invited' || waits || running.has(part.urn)) see(part.id, part.urn, part);
      const plan = await plans.get(participationId(this.programmeId, part.urn));
      if (plan !== undefined && plan.status !== 'approved' && running.has(part.urn))
        see(`plan ${plan.id}`, part.urn, await this.plan(part.urn));
    }
    for (const report of reports) {
      // What has not come by the last day of the programme does not come any more.
      const missed = report.status === 'awaited' && (await this.isOver());
      const done = report.status === 'accepted' || report.acceptedAt !== null || missed;
      if (running.has(report.urn) && !done) see(`report ${report.id}`, report.urn, report);
    }
    const paid = await this.paid();
    for (const tranche of tranches) {
      const done = tranche.status === 'nothing-due' || tranche.status === 'closed' || paid.has(tranche.id);
      if (!done) see(`tranche ${tranche.id}`, tranche.urn, tranche);
    }
  }

  private plan(urn: string): Promise<PlanShown> {
    return this.funding.ask<PlanShown>(new GetPlan({ programmeId: this.programmeId, urn }));
  }

  private async isOver(): Promise<boolean> {
    const { state } = await this.funding.office.app.get(Decisions).load(programme, this.programmeId);
    return state.status !== 'none' && state.terms.endsOn < dateInLondon(this.funding.now);
  }

  private async isMoneyOpen(urn: string): Promise<boolean> {
    const id = participationId(this.programmeId, urn);
    const { state } = await this.funding.office.app.get(Decisions).load(allocation, id);
    return state.status === 'offered' || state.status === 'accepted';
  }

  /** From the log, knowing nothing of read models. */
  private async paid(): Promise<ReadonlySet<string>> {
    const paid = new Set<string>();
    for (const { type, data } of await this.funding.history()) {
      const { trancheId } = data as { readonly trancheId?: string };
      if (trancheId === undefined) continue;
      if (type === 'PaymentSettled') paid.add(trancheId);
      if (type === 'PaymentReversed') paid.delete(trancheId);
    }
    return paid;
  }
}

function inShort({ desk, action, since, until, overdue }: WorkItem & { readonly desk: string }): string {
  const last = until === null ? '' : ` until ${until}`;
  return `${desk} ${action} since ${dateInLondon(parseInstant(since))}${last}${overdue ? ', overdue' : ''}`;
}
