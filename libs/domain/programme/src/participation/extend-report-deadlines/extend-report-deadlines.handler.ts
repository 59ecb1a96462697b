import {
  addDays,
  derivedId,
  parseDate,
  participationId,
  refusal,
  RefusalError,
  requireSlug,
  type Position,
} from '#kernel';
import { forEachOf } from '#platform/csv';
import { Decisions, type CommandContext } from '#platform/event-store';
import { allOf, ReadModels } from '#platform/read-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { programme, type ProgrammeState } from '../../programme/programme.js';
import { noSuchProgramme, requireOpenProgramme } from '../../programme/require-programme.js';
import { participationsProjection } from '../../read-models/participations/participations.projection.js';
import { participation } from '../participation.js';
import type { Extension, ExtendReportDeadlineCommand } from '../report-deadlines.js';
import { requireUrn } from '../require-urn.js';

/** So many are named at most; all that are enrolled may be any number. */
export const MOST_EXTENDED = 1000;
/** Of each outcome so many are told one by one; the counts are of all. */
export const MOST_TOLD = 1000;
/** As many under way at once: appends that arrive together share one fsync. */
const AT_ONCE = 64;

/** Extends the deadline of a report for settings that are named, or for all that are enrolled. */
export class ExtendReportDeadlines {
  constructor(
    readonly input: Omit<Extension, 'closesOn'> & {
      readonly programmeId: string;
      readonly closesOn?: string;
      /** `all`: every setting that is enrolled now. */
      readonly urns: readonly string[] | 'all';
      /** Told now and then: settings done, of how many. */
      readonly progress?: (done: number, total: number) => void;
    },
    readonly context: CommandContext,
  ) {}
}

/** What came of it for one setting. */
export interface ExtendedSetting {
  readonly urn: string;
  readonly outcome: 'extended' | 'already so' | 'refused';
  readonly code: string | null;
  readonly message: string | null;
}

export interface DeadlinesExtended {
  readonly window: number;
  readonly dueOn: string;
  readonly extended: number;
  readonly alreadySo: number;
  readonly refused: number;
  /** By URN, or as they were named; the first 1,000 of each outcome. */
  readonly settings: readonly ExtendedSetting[];
  /** Of the last event it wrote; `null` if it wrote none. */
  readonly position: Position | null;
}

/**
 * Who is meant must be said: nobody extends the deadline of all by leaving a field out.
 * @throws RefusalError `EXTENSION.WHOSE`
 */
export function settingsMeant(urns: readonly string[] | undefined, all = false): readonly string[] | 'all' {
  if (urns === undefined && all) return 'all';
  if (urns !== undefined && !all) return urns;
  const message =
    urns === undefined
      ? 'urns or all is needed: name the settings in urns, or say all: true for every setting that is enrolled'
      : 'urns and all cannot both be given: either the settings that are named, or every one that is enrolled';
  throw new RefusalError(refusal('EXTENSION.WHOSE', 'invalid', message, { field: 'urns' }));
}

/**
 * One event a setting, so that one that is refused keeps no other from its extension. The id of each is derived from
 * the command's and the URN: whoever sends it again, after a crash in the middle, finishes it and doubles nothing.
 */
@CommandHandler(ExtendReportDeadlines)
export class ExtendReportDeadlinesHandler implements ICommandHandler<
  ExtendReportDeadlines,
  DeadlinesExtended
> {
  constructor(
    private readonly decisions: Decisions,
    private readonly models: ReadModels,
  ) {}

  /** @throws RefusalError `PROGRAMME.NOT_FOUND`, `PROGRAMME.CLOSED`, `EXTENSION.TOO_MANY_SETTINGS`, `SETTING.BAD_URN` */
  async execute({ input, context }: ExtendReportDeadlines): Promise<DeadlinesExtended> {
    const { programmeId, window, dueOn, progress } = input;
    requireSlug(programmeId, 'programmeId');
    const { state: terms } = await this.decisions.load(programme, programmeId);
    if (terms.status === 'none') throw noSuchProgramme(programmeId);
    await requireOpenProgramme(this.decisions, programmeId);
    const urns = input.urns === 'all' ? await this.enrolled(programmeId) : namedIn(input.urns);
    const settings = new Map<string, ExtendedSetting>();
    let position: Position | null = null;
    await forEachOf(urns, AT_ONCE, async (urn) => {
      const one = await this.extend(input, terms, urn, context);
      settings.set(urn, one.setting);
      if (one.position !== null && (position === null || one.position > position)) position = one.position;
      progress?.(settings.size, urns.length);
    });
    const by = (outcome: ExtendedSetting['outcome']): readonly ExtendedSetting[] =>
      [...settings.values()].filter((one) => one.outcome === outcome);
    const [extended, alreadySo, refused] = [by('extended'), by('already so'), by('refused')];
    const told = new Set([extended, alreadySo, refused].flatMap((some) => some.slice(0, MOST_TOLD)));
    return {
      ...{ window, dueOn, extended: extended.length, alreadySo: alreadySo.length },
      ...{ refused: refused.length, position },
      settings: urns.map((urn) => settings.get(urn)!).filter((one) => told.has(one)),
    };
  }

  /** Which settings those are is looked up; whether each may be extended is decided on its own stream. */
  private async enrolled(programmeId: string): Promise<readonly string[]> {
    await this.models.upToHead(participationsProjection);
    const found = await allOf(this.models.collection(participationsProjection), {
      where: { programmeId, status: 'enrolled' },
    });
    return found.map(({ urn }) => urn).sort();
  }

  private async extend(
    input: ExtendReportDeadlines['input'],
    { creation, terms }: Extract<ProgrammeState, { status: 'created' }>,
    urn: string,
    context: CommandContext,
  ): Promise<{ readonly setting: ExtendedSetting; readonly position: Position | null }> {
    const { programmeId, window, dueOn, reason } = input;
    const id = participationId(programmeId, urn);
    const closesOn = input.closesOn ?? (await this.closesOn(input, urn));
    const data: ExtendReportDeadlineCommand['data'] = {
      ...{ programmeId, urn, extension: { window, dueOn, reason, closesOn } },
      programme: { ...creation, endsOn: terms.endsOn },
    };
    const own = { ...context, commandId: derivedId('extend-report-deadline', context.commandId, urn) };
    try {
      const request = { type: 'ExtendReportDeadline', data } as const;
      const { events, position } = await this.decisions.execute(participation, id, request, own);
      const said = { urn, code: null, message: null };
      return events.length === 0
        ? { setting: { ...said, outcome: 'already so' }, position: null }
        : { setting: { ...said, outcome: 'extended' }, position };
    } catch (error) {
      if (!(error instanceof RefusalError)) throw error;
      const { code, message } = error.refusal;
      return { setting: { urn, outcome: 'refused', code, message }, position: null };
    }
  }

  /** As long after the new due day as after the old one; where that cannot be told, the decider says why not. */
  private async closesOn(
    { programmeId, window, dueOn }: ExtendReportDeadlines['input'],
    urn: string,
  ): Promise<string> {
    const { state } = await this.decisions.load(participation, participationId(programmeId, urn));
    const windows = 'reportWindows' in state ? state.reportWindows : [];
    const old = windows.find(({ number }) => number === window);
    if (old === undefined || !/^\d{4}-\d\d-\d\d$/.test(dueOn)) return dueOn;
    if (old.dueOn === dueOn) return old.closesOn;
    const days = Math.round((Date.parse(old.closesOn) - Date.parse(old.dueOn)) / 86_400_000);
    try {
      const closes = addDays(parseDate(dueOn, 'dueOn'), days);
      return closes < old.closesOn ? old.closesOn : closes;
    } catch (error) {
      if (error instanceof RefusalError) return dueOn;
      throw error;
    }
  }
}

/** Each once. */
function namedIn(named: readonly string[]): readonly string[] {
  const urns = [...new Set(named)];
  if (urns.length > MOST_EXTENDED) {
    const message = `${urns.length} settings are too many to name at once, ${MOST_EXTENDED} are the most: name them in parts, or say all`;
    throw new RefusalError(refusal('EXTENSION.TOO_MANY_SETTINGS', 'invalid', message, { field: 'urns' }));
  }
  for (const urn of urns) requireUrn(urn);
  return urns;
}
