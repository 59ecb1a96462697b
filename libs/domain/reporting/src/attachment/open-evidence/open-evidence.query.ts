import { refusal, RefusalError } from '#kernel';
import { Attachments } from '#platform/attachments';
import { Decisions } from '#platform/event-store';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { report, reportId } from '../../report/report.js';

/** A file that a report cites or once cited: the report says whose it is, which its hash does not. */
export class OpenEvidence {
  constructor(
    readonly input: {
      readonly programmeId: string;
      readonly urn: string;
      readonly window: number;
      readonly sha256: string;
    },
  ) {}
}

type Opened = Awaited<ReturnType<Attachments['open']>>;

@QueryHandler(OpenEvidence)
export class OpenEvidenceHandler implements IQueryHandler<OpenEvidence, Opened> {
  constructor(
    private readonly decisions: Decisions,
    private readonly attachments: Attachments,
  ) {}

  /** @throws RefusalError `REPORT.EVIDENCE_NOT_CITED`, `ATTACHMENT.NOT_FOUND`, `ATTACHMENT.ALTERED` */
  async execute({ input: { programmeId, urn, window, sha256 } }: OpenEvidence): Promise<Opened> {
    const { history } = await this.decisions.load(report, reportId(programmeId, urn, window));
    const files = history.flatMap(({ type, data }) =>
      type === 'ProgressReportSubmitted' ? data.actions.flatMap(({ evidence }) => evidence) : [],
    );
    const cited = files.findLast((file) => file.sha256 === sha256);
    if (cited !== undefined) return this.attachments.open(sha256, cited);
    const message = `report ${window} of setting ${urn} cites no file with the SHA-256 ${sha256.slice(0, 64)}`;
    throw new RefusalError(refusal('REPORT.EVIDENCE_NOT_CITED', 'not-found', message, { field: 'sha256' }));
  }
}
