import {
  doneWith,
  isEnded,
  MONEY_OPEN,
  NOBODYS_TURN,
  participationsProjection,
  programme,
  withLastDay,
  type MoneyOpen,
} from '#domain/programme';
import { participationId, refusal, RefusalError } from '#kernel';
import { Decisions } from '#platform/event-store';
import { waitFor } from '#platform/http';
import { ReadModels } from '#platform/read-store';
import { Inject } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { auditsProjection, type AuditDocument } from './audits.projection.js';

/** One cycle of a setting's audit; the newest when none is named. */
export class GetAudit {
  constructor(
    readonly input: { readonly programmeId: string; readonly urn: string; readonly cycle?: number },
    /** A position that the answer must have seen. */
    readonly atLeast?: string,
  ) {}
}

@QueryHandler(GetAudit)
export class GetAuditHandler implements IQueryHandler<GetAudit, AuditDocument> {
  constructor(
    private readonly models: ReadModels,
    private readonly decisions: Decisions,
    @Inject(MONEY_OPEN) private readonly money: MoneyOpen,
  ) {}

  async execute({ input: { programmeId, urn, cycle }, atLeast }: GetAudit): Promise<AuditDocument> {
    await waitFor(this.models, auditsProjection, atLeast);
    await waitFor(this.models, participationsProjection, atLeast);
    const { documents } = await this.models.collection<AuditDocument>(auditsProjection).find({
      where: { programmeId, urn, ...(cycle === undefined ? {} : { cycle }) },
      sort: [{ field: 'cycle', direction: 'descending' }],
      limit: 1,
    });
    const [document] = documents;
    if (document !== undefined) return this.inTurn(document, atLeast);
    throw new RefusalError(
      refusal(
        'AUDIT.NOT_FOUND',
        'not-found',
        `setting ${urn} has no such audit in programme ${programmeId}`,
        {
          programmeId,
          urn,
        },
      ),
    );
  }

  /** Whose turn it is today: nobody's once the setting's part has ended, or nothing goes on with it any more. */
  private async inTurn(document: AuditDocument, atLeast?: string): Promise<AuditDocument> {
    const { programmeId, urn } = document;
    const { state } = await this.decisions.load(programme, programmeId);
    const id = participationId(programmeId, urn);
    const participation = await this.models.collection(participationsProjection).get(id);
    const isDone = await doneWith(state, this.decisions.now(), this.money, atLeast);
    const over = participation !== undefined && (isEnded(participation.part) || isDone(participation));
    return over ? { ...document, ...NOBODYS_TURN } : withLastDay(document, state);
  }
}
