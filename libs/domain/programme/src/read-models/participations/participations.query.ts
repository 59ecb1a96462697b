import {
  flagOf,
  settingsProjection,
  sortNameOf,
  type SettingDocument,
  type SettingFlag,
} from '#domain/settings';
import { addDays, dateInLondon, parseDate, refusal, RefusalError } from '#kernel';
import { Decisions } from '#platform/event-store';
import { waitFor } from '#platform/http';
import { allOf, documentsOf, ReadModels, type Page } from '#platform/read-store';
import { Inject } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { agreement, agreementInForce, type AgreementState } from '../../agreement/agreement.js';
import { programme, type ProgrammeState } from '../../programme/programme.js';
import { requireProgramme } from '../../programme/require-programme.js';
import { withLastDay } from '../../programme/service-standards.js';
import { NOBODYS_TURN, type Turn } from '../../turn.js';
import { doneWith, MONEY_OPEN, type MoneyOpen } from './money-open.js';
import { afterCursor, pageInOrder, type Placed } from './page-in-order.js';
import { participationTurn } from './participation-turns.js';
import { participationsProjection, type ParticipationDocument } from './participations.projection.js';
import { successorLost } from './successor-lost.js';

export const PARTICIPATIONS_A_PAGE = 100;

/** A participation with what the register has on its setting now, its name too. */
export type ParticipationRow = Turn &
  Omit<ParticipationDocument, 'part'> & {
    /** As the register has it now; `null` if it has none. */
    readonly settingStatus: string | null;
    /** What to look at in that status; `null` for a setting that is simply open. */
    readonly flag: SettingFlag | null;
    /** Whether the last financial review, or the enrolment, is more than a year ago, and there is still to be one. */
    readonly reviewOverdue: boolean;
    /** The version of the grant agreement in force now, if it is enrolled and has not signed that one; otherwise `null`. */
    readonly agreementToSign: number | null;
  };

const WHOSE = ['setting', 'operations', 'board'] as const;
/** Whose turn a participation can be. */
export type Whose = (typeof WHOSE)[number];

export interface ParticipationsAsked {
  /** Of these settings only. */
  readonly urns?: readonly string[];
  readonly atLeast?: string;
  readonly cursor?: string;
  /** All in one page, of what no index has the order: read page by page, each page is a look at every setting. */
  readonly limit?: 'all';
  /** Only those on which they act next, the oldest first. */
  readonly next?: string;
  /** Only those whose financial review was due before this date, the oldest first. */
  readonly reviewOverdueOn?: string;
}

/** The settings of a programme: by name, or a work list; at most {@link PARTICIPATIONS_A_PAGE} a page. */
export class ListParticipations {
  constructor(
    readonly programmeId: string,
    readonly options: ParticipationsAsked = {},
  ) {}
}

/** What whose turn it is rests on beside the part. */
interface Around {
  readonly issued: AgreementState;
  readonly programme: ProgrammeState;
  /** Whether nothing goes on with a setting any more, though its part has not ended. */
  readonly isDone: (part: Pick<ParticipationDocument, 'urn' | 'part'>) => boolean;
}

type Register = ReadonlyMap<string, SettingDocument>;
/** With what the register has on its settings, and on others, where that was read for their order already. */
type PageOfParts = Page<ParticipationDocument> & { readonly register?: Register };

@QueryHandler(ListParticipations)
export class ListParticipationsHandler implements IQueryHandler<ListParticipations, Page<ParticipationRow>> {
  constructor(
    private readonly models: ReadModels,
    private readonly decisions: Decisions,
    @Inject(MONEY_OPEN) private readonly money: MoneyOpen,
  ) {}

  /**
   * @throws RefusalError `PROGRAMME.NOT_FOUND`, `READ_MODEL.BEHIND`, `QUERY.BAD_POSITION`, `QUERY.BAD_CURSOR`,
   *   `QUERY.BAD_FILTER`, `TIME.NOT_UNDERSTOOD`
   */
  async execute({ programmeId, options }: ListParticipations): Promise<Page<ParticipationRow>> {
    const list = listOf(options);
    await waitFor(this.models, participationsProjection, options.atLeast);
    await waitFor(this.models, settingsProjection, options.atLeast);
    const around = await this.aroundOf(programmeId, options.atLeast);
    const { issued } = around;
    const page: PageOfParts =
      list === 'in-turn'
        ? await this.inTurn(programmeId, options, around)
        : list === 'by-name'
          ? await this.byName(programmeId, options)
          : await this.overdue(programmeId, options, list.dueBy);
    if (page.documents.length > 0) {
      const register = page.register ?? (await this.registerOf(page.documents));
      const inForce = agreementInForce(issued, this.decisions.now())?.version ?? null;
      const rows = page.documents.map(async (one) =>
        this.rowOf(one, register.get(one.urn), {
          ...{ turn: await this.turnOf(one, around), inForce, isDone: around.isDone(one) },
        }),
      );
      const { cursor } = page;
      return { documents: await Promise.all(rows), ...(cursor === undefined ? {} : { cursor }) };
    }
    // Nobody enrolled is an answer; no such programme is another.
    await requireProgramme(this.decisions, programmeId);
    return { documents: [] };
  }

  /** By the names that the settings have now, so that no index has that either. */
  private async byName(
    programmeId: string,
    { cursor, urns, limit }: ParticipationsAsked,
  ): Promise<PageOfParts> {
    const after = afterCursor(cursor);
    const all = await allOf(this.models.collection(participationsProjection), {
      where: { programmeId, ...ofSettings(urns) },
    });
    const register = await this.registerOf(all);
    const placed = all.map((document) => ({
      by: sortNameOf(register.get(document.urn)?.name ?? document.name),
      document,
    }));
    return { ...pageInOrder(placed, after, mostOf(limit)), register };
  }

  private registerOf(parts: readonly ParticipationDocument[]): Promise<Register> {
    return documentsOf(
      this.models.collection(settingsProjection),
      parts.map(({ urn }) => urn),
    );
  }

  private overdue(
    programmeId: string,
    { cursor, urns }: ParticipationsAsked,
    dueBy: string,
  ): Promise<Page<ParticipationDocument>> {
    const reviewDueOn = { from: '0000-00-00', to: dueBy };
    return this.models.collection(participationsProjection).find({
      where: { programmeId, status: 'enrolled', reviewDueOn, ...ofSettings(urns) },
      sort: [{ field: 'reviewDueOn', direction: 'ascending' }],
      limit: PARTICIPATIONS_A_PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
  }

  /** Whose turn it is follows from the agreement and the day too, so that no index has it. */
  private async inTurn(
    programmeId: string,
    { next, cursor, urns, limit }: ParticipationsAsked,
    around: Around,
  ): Promise<Page<ParticipationDocument>> {
    const after = afterCursor(cursor);
    const all = await allOf(this.models.collection(participationsProjection), {
      where: { programmeId, ...ofSettings(urns) },
    });
    const now = this.decisions.now();
    const waiting: Placed<ParticipationDocument>[] = [];
    for (const document of all) {
      const turn = await this.turnOf(document, around);
      // What cannot be done yet is on nobody's list.
      if (turn.next !== next || turn.nextSince === null || turn.nextSince > now) continue;
      waiting.push({ by: turn.nextSince, document });
    }
    return pageInOrder(waiting, after, mostOf(limit));
  }

  private async aroundOf(programmeId: string, atLeast: string | undefined): Promise<Around> {
    const { state: issued } = await this.decisions.load(agreement, programmeId);
    const { state } = await this.decisions.load(programme, programmeId);
    const isDone = await doneWith(state, this.decisions.now(), this.money, atLeast);
    return { issued, programme: state, isDone };
  }

  private async turnOf(document: ParticipationDocument, around: Around): Promise<Turn> {
    const { part, wasTakenOver } = document;
    if (wasTakenOver || around.isDone(document)) return NOBODYS_TURN;
    const lost = await successorLost(this.models, document);
    return withLastDay(participationTurn(part, around.issued, this.decisions.now(), lost), around.programme);
  }

  private rowOf(
    { part: _, ...document }: ParticipationDocument,
    setting: SettingDocument | undefined,
    {
      turn,
      inForce,
      isDone,
    }: { readonly turn: Turn; readonly inForce: number | null; readonly isDone: boolean },
  ): ParticipationRow {
    const { reviewDueOn, status } = document;
    const name = setting?.name ?? document.name;
    return {
      ...document,
      ...{ name, sortName: sortNameOf(name) },
      ...turn,
      settingStatus: setting?.status ?? null,
      flag: flagOf(setting?.status),
      reviewOverdue: !isDone && reviewDueOn !== null && reviewDueOn < dateInLondon(this.decisions.now()),
      agreementToSign: status === 'enrolled' && document.agreement?.version !== inForce ? inForce : null,
    };
  }
}

function mostOf(limit: ParticipationsAsked['limit']): number {
  return limit === 'all' ? Number.POSITIVE_INFINITY : PARTICIPATIONS_A_PAGE;
}

function ofSettings(urns: readonly string[] | undefined) {
  return urns === undefined ? {} : { urn: { in: urns } };
}

/** Of those whose financial review was due up to and including a day, the longest overdue first. */
interface Overdue {
  readonly dueBy: string;
}

function listOf({ next, reviewOverdueOn }: ParticipationsAsked): 'by-name' | 'in-turn' | Overdue {
  if (next !== undefined && reviewOverdueOn !== undefined) {
    throw badFilter('reviewOverdueOn', 'cannot be given together with next');
  }
  if (next !== undefined) {
    if (!(WHOSE as readonly string[]).includes(next))
      throw badFilter('next', `must be one of ${WHOSE.join(', ')}`);
    return 'in-turn';
  }
  if (reviewOverdueOn === undefined) return 'by-name';
  return { dueBy: addDays(parseDate(reviewOverdueOn, 'reviewOverdueOn'), -1) };
}

function badFilter(field: string, rule: string): RefusalError {
  return new RefusalError(refusal('QUERY.BAD_FILTER', 'invalid', `${field} ${rule}`, { field }));
}
