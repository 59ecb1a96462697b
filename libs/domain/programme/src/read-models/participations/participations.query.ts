import { flagOf, settingsProjection, type SettingFlag } from '#domain/settings';
import { addDays, dateInLondon, parseDate, refusal, RefusalError, type Instant } from '#kernel';
import { Decisions } from '#platform/event-store';
import { waitFor } from '#platform/http';
import { ReadModels, type Page } from '#platform/read-store';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { requireProgramme } from '../../programme/require-programme.js';
import { participationsProjection, type ParticipationDocument } from './participations.projection.js';

export const PARTICIPATIONS_A_PAGE = 100;

/** A participation with what the register has on its setting now. */
export type ParticipationRow = Omit<ParticipationDocument, 'part'> & {
  /** As the register has it now; `null` if it has none. */
  readonly settingStatus: string | null;
  /** What to look at in that status; `null` for a setting that is simply open. */
  readonly flag: SettingFlag | null;
  /** Whether the last financial review, or the enrolment, is more than a year ago. */
  readonly reviewOverdue: boolean;
};

const WHOSE = ['setting', 'operations', 'board'] as const;
/** Whose turn a participation can be. */
export type Whose = (typeof WHOSE)[number];

export interface ParticipationsAsked {
  /** Of these settings only. */
  readonly urns?: readonly string[];
  readonly atLeast?: string;
  readonly cursor?: string;
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

@QueryHandler(ListParticipations)
export class ListParticipationsHandler implements IQueryHandler<ListParticipations, Page<ParticipationRow>> {
  constructor(
    private readonly models: ReadModels,
    private readonly decisions: Decisions,
  ) {}

  /**
   * @throws RefusalError `PROGRAMME.NOT_FOUND`, `READ_MODEL.BEHIND`, `QUERY.BAD_POSITION`, `QUERY.BAD_CURSOR`,
   *   `QUERY.BAD_FILTER`, `TIME.NOT_UNDERSTOOD`
   */
  async execute({ programmeId, options }: ListParticipations): Promise<Page<ParticipationRow>> {
    const { atLeast, cursor, urns } = options;
    const chosen = selectionOf(options, this.decisions.now());
    await waitFor(this.models, participationsProjection, atLeast);
    const page = await this.models.collection(participationsProjection).find({
      where: { programmeId, ...chosen.where, ...(urns === undefined ? {} : { urn: { in: urns } }) },
      sort: [{ field: chosen.sort, direction: 'ascending' }],
      limit: PARTICIPATIONS_A_PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    if (page.documents.length > 0) {
      await waitFor(this.models, settingsProjection, atLeast);
      return { ...page, documents: await Promise.all(page.documents.map((one) => this.rowOf(one))) };
    }
    // Nobody enrolled is an answer; no such programme is another.
    await requireProgramme(this.decisions, programmeId);
    return { ...page, documents: [] };
  }

  private async rowOf({ part: _, ...document }: ParticipationDocument): Promise<ParticipationRow> {
    const setting = await this.models.collection(settingsProjection).get(document.urn);
    const { reviewDueOn } = document;
    return {
      ...document,
      settingStatus: setting?.status ?? null,
      flag: flagOf(setting?.status),
      reviewOverdue: reviewDueOn !== null && reviewDueOn < dateInLondon(this.decisions.now()),
    };
  }
}

interface Selection {
  readonly where: Readonly<Record<string, string | { readonly from: string; readonly to: string }>>;
  readonly sort: 'sortName' | 'nextSince' | 'reviewDueOn';
}

function selectionOf({ next, reviewOverdueOn }: ParticipationsAsked, now: Instant): Selection {
  if (next !== undefined && reviewOverdueOn !== undefined) {
    throw badFilter('reviewOverdueOn', 'cannot be given together with next');
  }
  if (next !== undefined) {
    if (!(WHOSE as readonly string[]).includes(next))
      throw badFilter('next', `must be one of ${WHOSE.join(', ')}`);
    // What cannot be done yet is on nobody's list.
    return { where: { next, nextSince: { from: '', to: now } }, sort: 'nextSince' };
  }
  if (reviewOverdueOn === undefined) return { where: {}, sort: 'sortName' };
  const dayBefore = addDays(parseDate(reviewOverdueOn, 'reviewOverdueOn'), -1);
  return {
    where: { status: 'enrolled', reviewDueOn: { from: '0000-00-00', to: dayBefore } },
    sort: 'reviewDueOn',
  };
}

function badFilter(field: string, rule: string): RefusalError {
  return new RefusalError(refusal('QUERY.BAD_FILTER', 'invalid', `${field} ${rule}`, { field }));
}
