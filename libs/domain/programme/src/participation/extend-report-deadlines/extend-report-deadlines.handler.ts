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
import { Decisions, type CommandContext } from '#platform/event-store';
import { allOf, ReadModels } from '#platform/read-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { programme } from '../../programme/programme.js';
import { requireOpenProgramme, requireProgramme } from '../../programme/require-programme.js';
import { participationsProjection } from '../../read-models/participations/participations.projection.js';
import { participation } from '../participation.js';
import type { Extension, ExtendReportDeadlineCommand } from '../report-deadlines.js';
import { requireUrn } from '../require-urn.js';

export const MOST_EXTENDED = 1000;

/** Extends the deadline of a report for settings that are named, or for all that are enrolled. */
export class ExtendReportDeadlines {
  constructor(
    readonly input: Omit<Extension, 'closesOn'> & {
      readonly programmeId: string;
      readonly closesOn?: string;
      /** `all`: every setting that is enrolled now. */
      readonly urns: readonly string[] | 'all';
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
  readonly settings: readonly ExtendedSetting[];
  /** Of the last event it wrote; `null` if it wrote none. */
  readonly position: Position | null;
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
    const { programmeId, window, dueOn } = input;
    requireSlug(programmeId, 'programmeId');
    await requireProgramme(this.decisions, programmeId);
    await requireOpenProgramme(this.decisions, programmeId);
    const urns = input.urns === 'all' ? await this.enrolled(programmeId) : [...new Set(input.urns)];
    if (urns.length > MOST_EXTENDED) {
      const message = `${urns.length} settings are too many at once, ${MOST_EXTENDED} are the most: name them in parts`;
      throw new RefusalError(refusal('EXTENSION.TOO_MANY_SETTINGS', 'invalid', message, { field: 'urns' }));
    }
    for (const urn of urns) requireUrn(urn);
    const settings: ExtendedSetting[] = [];
    let position: Position | null = null;
    for (const urn of urns) {
      const one = await this.extend(input, urn, context);
      settings.push(one.setting);
      position = one.position ?? position;
    }
    const count = (outcome: ExtendedSetting['outcome']): number =>
      settings.filter((one) => one.outcome === outcome).length;
    return {
      ...{ window, dueOn, extended: count('extended'), alreadySo: count('already so') },
      ...{ refused: count('refused'), settings, position },
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
    urn: string,
    context: CommandContext,
  ): Promise<{ readonly setting: ExtendedSetting; readonly position: Position | null }> {
    const { programmeId, window, dueOn, reason } = input;
    const id = participationId(programmeId, urn);
    const { state: terms } = await this.decisions.load(programme, programmeId);
    const extension = {
      window,
      dueOn,
      reason,
      closesOn: input.closesOn ?? (await this.closesOn(input, urn)),
    };
    const data: ExtendReportDeadlineCommand['data'] = {
      ...{ programmeId, urn, extension },
      programme: terms.status === 'none' ? null : { ...terms.creation, endsOn: terms.terms.endsOn },
    };
    const own = { ...context, commandId: derivedId('extend-report-deadline', context.commandId, urn) };
    try {
      const request = { type: 'ExtendReportDeadline', data } as const;
      const { events, position } = await this.decisions.execute(participation, id, request, own);
      const outcome = events.length === 0 ? 'already so' : 'extended';
      return { setting: { urn, outcome, code: null, message: null }, position };
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
