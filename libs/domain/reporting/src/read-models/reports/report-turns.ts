import { auditsProjection } from '#domain/audits';
import { plansProjection } from '#domain/plans';
import { isClosed, NOBODYS_TURN, participationsProjection, programme, withLastDay } from '#domain/programme';
import { participationId } from '#kernel';
import { Decisions } from '#platform/event-store';
import { allOf, ReadModels, type AnyProjection } from '#platform/read-store';
import { Injectable } from '@nestjs/common';
import { reportTurn } from './report-turn.js';
import { reportsProjection, type ReportDocument } from './reports.projection.js';

/** The read models that whose turn it is on a report follows from. */
export const REPORT_TURNS_FROM: readonly AnyProjection[] = [
  reportsProjection,
  participationsProjection,
  plansProjection,
  auditsProjection,
];

/** Of a programme that there is not. */
const LAST_OF_DAYS = '9999-12-31';

/** Shows reports with whose turn it is on them today. */
@Injectable()
export class ReportTurns {
  constructor(
    private readonly models: ReadModels,
    private readonly decisions: Decisions,
  ) {}

  async ofToday(programmeId: string, reports: readonly ReportDocument[]): Promise<readonly ReportDocument[]> {
    const { state } = await this.decisions.load(programme, programmeId);
    if (isClosed(state)) return reports.map((report) => ({ ...report, ...NOBODYS_TURN }));
    const endsOn = state.status === 'none' ? LAST_OF_DAYS : state.terms.endsOn;
    const shown = await Promise.all(reports.map((report) => this.inTurn(report, endsOn)));
    return shown.map((report) => withLastDay(report, state));
  }

  private async inTurn(report: ReportDocument, endsOn: string): Promise<ReportDocument> {
    const { programmeId, urn } = report;
    const id = participationId(programmeId, urn);
    const plan = await this.models.collection(plansProjection).get(id);
    const standing = {
      participation: await this.models.collection(participationsProjection).get(id),
      audits:
        plan === undefined
          ? await allOf(this.models.collection(auditsProjection), { where: { programmeId, urn } })
          : [],
      plan,
      endsOn,
    };
    return { ...report, ...reportTurn(report, standing, this.decisions.now()) };
  }
}
