import { auditsProjection } from '#domain/audits';
import { plansProjection, type PlanDocument } from '#domain/plans';
import {
  isClosed,
  NOBODYS_TURN,
  participationsProjection,
  programme,
  withLastDay,
  type ParticipationDocument,
} from '#domain/programme';
import { namesNow, settingsProjection } from '#domain/settings';
import { participationId } from '#kernel';
import { Decisions } from '#platform/event-store';
import { allOf, documentsOf, ReadModels, type AnyProjection } from '#platform/read-store';
import { Injectable } from '@nestjs/common';
import { reportTurn } from './report-turn.js';
import { reportsProjection, type ReportDocument } from './reports.projection.js';

/** The read models that whose turn it is on a report follows from, and how its setting is called. */
export const REPORT_TURNS_FROM: readonly AnyProjection[] = [
  reportsProjection,
  participationsProjection,
  plansProjection,
  auditsProjection,
  settingsProjection,
];

/** Of a programme that there is not. */
const LAST_OF_DAYS = '9999-12-31';

interface Around {
  readonly endsOn: string;
  readonly participations: ReadonlyMap<string, ParticipationDocument>;
  readonly plans: ReadonlyMap<string, PlanDocument>;
}

/** Shows reports with whose turn it is on them today. */
@Injectable()
export class ReportTurns {
  constructor(
    private readonly models: ReadModels,
    private readonly decisions: Decisions,
  ) {}

  /** @returns each under the name that its setting has now */
  async ofToday(programmeId: string, found: readonly ReportDocument[]): Promise<readonly ReportDocument[]> {
    const nameOf = await namesNow(
      this.models,
      found.map(({ urn }) => urn),
    );
    const reports = found.map((one) => ({ ...one, settingName: nameOf(one.urn, one.settingName) }));
    const { state } = await this.decisions.load(programme, programmeId);
    if (isClosed(state)) return reports.map((report) => ({ ...report, ...NOBODYS_TURN }));
    const ids = reports.map(({ urn }) => participationId(programmeId, urn));
    const around: Around = {
      endsOn: state.status === 'none' ? LAST_OF_DAYS : state.terms.endsOn,
      participations: await documentsOf(this.models.collection(participationsProjection), ids),
      plans: await documentsOf(this.models.collection(plansProjection), ids),
    };
    const shown = await Promise.all(reports.map((report) => this.inTurn(report, around)));
    return shown.map((report) => withLastDay(report, state));
  }

  private async inTurn(
    report: ReportDocument,
    { participations, plans, endsOn }: Around,
  ): Promise<ReportDocument> {
    const { programmeId, urn } = report;
    const id = participationId(programmeId, urn);
    const plan = plans.get(id);
    const audits =
      plan === undefined
        ? await allOf(this.models.collection(auditsProjection), { where: { programmeId, urn } })
        : [];
    const standing = { participation: participations.get(id), audits, plan, endsOn };
    return { ...report, ...reportTurn(report, standing, this.decisions.now()) };
  }
}
