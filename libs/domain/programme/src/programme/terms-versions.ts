import {
  dateInLondon,
  factOf,
  isRefusal,
  NOT_BLANK,
  refusal,
  refuseBefore,
  refuseShape,
  type CalendarDate,
  type Command,
  type Decision,
  type Fact,
  type RecordedEvent,
  type Refusal,
  readDate,
} from '#kernel';
import { Type, type Static } from 'typebox';
import { Equal } from 'typebox/value';
import { inForceOn, LONGEST_REASON, refuseEffectiveDay } from './effective-day.js';
import {
  brokenConditions,
  brokenNumbering,
  brokenShares,
  brokenWindows,
  ProgrammeForm,
} from './programme-rules.js';
import { nextVersion, type Withdrawing } from './withdrawn-versions.js';
import {
  reportWindowsReplaced,
  trancheScheduleReplaced,
  type ProgrammeEvent,
  type ProgrammeTerms,
} from './programme.events.js';

export const MOST_TERMS_VERSIONS = 50;

const ofEveryVersion = {
  effectiveOn: Type.String({ maxLength: 10 }),
  reason: Type.String({ maxLength: LONGEST_REASON, pattern: NOT_BLANK }),
};
const strict = { additionalProperties: false } as const;
const { tranches, reportWindows } = ProgrammeForm.properties;
const NewSchedule = Type.Object({ tranches, ...ofEveryVersion }, strict);
const NewWindows = Type.Object({ reportWindows, ...ofEveryVersion }, strict);

export type ReplaceTrancheScheduleCommand = Command<
  'ReplaceTrancheSchedule',
  Readonly<Static<typeof NewSchedule>>
>;
export type ReplaceReportWindowsCommand = Command<
  'ReplaceReportWindows',
  Readonly<Static<typeof NewWindows>>
>;

interface Version {
  /** 1 for the one the programme was set up with. */
  readonly version: number;
  readonly effectiveOn: CalendarDate;
  /** The event that set it. */
  readonly setBy: Fact;
}
export interface ScheduleVersion extends Version {
  readonly tranches: ProgrammeTerms['tranches'];
}
export interface WindowsVersion extends Version {
  readonly reportWindows: ProgrammeTerms['reportWindows'];
}

/** Both oldest first, and never empty. */
export interface TermsVersioned extends Withdrawing {
  readonly terms: ProgrammeTerms;
  readonly schedules: readonly ScheduleVersion[];
  readonly windows: readonly WindowsVersion[];
}

/** The tranches of an offer that is made on a day. */
export function trancheScheduleOn(
  { schedules }: Pick<TermsVersioned, 'schedules'>,
  date: CalendarDate,
): ScheduleVersion {
  return inForceOn(schedules, date);
}

/** The report windows of a setting that is enrolled on a day. */
export function reportWindowsOn(
  { windows }: Pick<TermsVersioned, 'windows'>,
  date: CalendarDate,
): WindowsVersion {
  return inForceOn(windows, date);
}

export function firstTerms(
  event: RecordedEvent<Extract<ProgrammeEvent, { type: 'ProgrammeCreated' }>>,
): TermsVersioned {
  const { data: terms, metadata } = event;
  const first = { version: 1, effectiveOn: dateInLondon(metadata.occurredAt), setBy: factOf(event) };
  return {
    terms,
    schedules: [{ ...first, tranches: terms.tranches }],
    windows: [{ ...first, reportWindows: terms.reportWindows }],
    withdrawnVersions: [],
  };
}

export function withTerms<S extends TermsVersioned>(
  state: S,
  event: RecordedEvent<
    Extract<ProgrammeEvent, { type: 'TrancheScheduleReplaced' | 'ReportWindowsReplaced' }>
  >,
): S {
  const { version, effectiveOn } = event.data;
  const one = { version, effectiveOn: effectiveOn as CalendarDate, setBy: factOf(event) };
  return event.type === 'TrancheScheduleReplaced'
    ? { ...state, schedules: [...state.schedules, { ...one, tranches: event.data.tranches }] }
    : { ...state, windows: [...state.windows, { ...one, reportWindows: event.data.reportWindows }] };
}

function tooMany(what: string): Refusal {
  return refusal(
    'PROGRAMME.TOO_MANY_VERSIONS',
    'wrong-state',
    `the programme has ${MOST_TERMS_VERSIONS} versions of its ${what}: more is a slip`,
  );
}

/** Whoever was enrolled under whichever version of the windows must be able to meet every condition. */
function unmeetable(
  schedule: Pick<ScheduleVersion, 'tranches'>,
  windows: readonly WindowsVersion[],
): Refusal | undefined {
  for (const { version, reportWindows: numbered } of windows.toReversed()) {
    const broken = brokenConditions({ tranches: [...schedule.tranches], reportWindows: numbered });
    if (broken === undefined) continue;
    if (broken.code !== 'PROGRAMME.UNKNOWN_WINDOW' || windows.length === 1) return broken;
    return refusal(
      broken.code,
      'invalid',
      `${broken.message} in version ${version} of the report windows: a setting enrolled under it could never meet the condition`,
      broken.details,
    );
  }
  return undefined;
}

export function replaceTrancheSchedule(
  { data, at }: ReplaceTrancheScheduleCommand,
  state: TermsVersioned,
): Decision<ProgrammeEvent> {
  const malformed = refuseShape('PROGRAMME.MALFORMED', NewSchedule, data);
  if (malformed !== undefined) return malformed;
  const effectiveOn = readDate(data.effectiveOn, 'effectiveOn');
  if (isRefusal(effectiveOn)) return effectiveOn;
  const last = state.schedules.at(-1)!;
  if (effectiveOn === last.effectiveOn && Equal(data.tranches, last.tranches)) return [];
  if (state.schedules.length >= MOST_TERMS_VERSIONS) return tooMany('tranche schedule');
  return (
    brokenNumbering(data.tranches, 'tranches') ??
    brokenShares(data) ??
    unmeetable(data, state.windows) ??
    refuseEffectiveDay('PROGRAMME.SCHEDULE_EFFECTIVE_ON', effectiveOn, at, state.terms, last) ??
    refuseBefore(at, {
      'the last version of the tranche schedule': last.setBy.occurredAt,
      'the last version of the report windows': state.windows.at(-1)!.setBy.occurredAt,
    }) ?? [
      trancheScheduleReplaced({
        programmeId: state.terms.programmeId,
        version: nextVersion(state, 'tranche-schedule', state.schedules),
        ...{ tranches: data.tranches, effectiveOn, reason: data.reason.trim() },
      }),
    ]
  );
}

/** Offers made from a day on take the schedule of that day or a later one: each must find its windows. */
export function brokenSchedules(
  { reportWindows: numbered }: ReplaceReportWindowsCommand['data'] | Pick<WindowsVersion, 'reportWindows'>,
  effectiveOn: CalendarDate,
  { schedules }: Pick<TermsVersioned, 'schedules'>,
): Refusal | undefined {
  const then = inForceOn(schedules, effectiveOn);
  for (const { version, tranches: scheduled } of schedules.slice(schedules.indexOf(then))) {
    const broken = brokenConditions({ tranches: scheduled, reportWindows: [...numbered] });
    if (broken === undefined) continue;
    return refusal(
      'PROGRAMME.WINDOW_WAITED_FOR',
      'invalid',
      `reportWindows lack one that version ${version} of the tranche schedule waits for: ${broken.message}`,
      { field: 'reportWindows', schedule: version },
    );
  }
  return undefined;
}

export function replaceReportWindows(
  { data, at }: ReplaceReportWindowsCommand,
  state: TermsVersioned,
): Decision<ProgrammeEvent> {
  const malformed = refuseShape('PROGRAMME.MALFORMED', NewWindows, data);
  if (malformed !== undefined) return malformed;
  const effectiveOn = readDate(data.effectiveOn, 'effectiveOn');
  if (isRefusal(effectiveOn)) return effectiveOn;
  const { programmeId, startsOn, endsOn } = state.terms;
  const last = state.windows.at(-1)!;
  // Nobody's deadline moves: the settings that are enrolled keep the windows they were enrolled with.
  const numbered = data.reportWindows.map((window) => ({ ...window, deadlineVersion: 1 }));
  if (effectiveOn === last.effectiveOn && Equal(numbered, last.reportWindows)) return [];
  if (state.windows.length >= MOST_TERMS_VERSIONS) return tooMany('report windows');
  return (
    brokenNumbering(data.reportWindows, 'reportWindows') ??
    brokenWindows({ reportWindows: data.reportWindows, startsOn, endsOn }) ??
    refuseEffectiveDay('PROGRAMME.WINDOWS_EFFECTIVE_ON', effectiveOn, at, state.terms, last) ??
    brokenSchedules(data, effectiveOn, state) ??
    refuseBefore(at, {
      'the last version of the report windows': last.setBy.occurredAt,
      'the last version of the tranche schedule': state.schedules.at(-1)!.setBy.occurredAt,
    }) ?? [
      reportWindowsReplaced({
        ...{ programmeId, version: nextVersion(state, 'report-windows', state.windows) },
        reportWindows: numbered,
        ...{ effectiveOn, reason: data.reason.trim() },
      }),
    ]
  );
}
