import {
  factOf,
  refusal,
  refuseBefore,
  type Aggregate,
  type Command,
  type Decision,
  type Fact,
  type Instant,
  type RecordedEvent,
  type Refusal,
} from '#kernel';
import { Equal } from 'typebox/value';
import { afterFigure, type CurrentFigure } from './current-figure.js';
import {
  enterFigure,
  rejectFigure,
  verifyFigure,
  type Entered,
  type EnteredFigureCommand,
} from './entered-figures.js';
import { isSameFte } from './fte.js';
import { refuseEntry, refuseFigure } from './setting-rules.js';
import { refuseSuccessors } from './successors.js';
import {
  settingDetailsChanged,
  settingEvents,
  settingRegistered,
  successorsNamed,
  workforceFigureRecorded,
  type RegisterEntry,
  type SettingDetails,
  type SettingEvent,
  type Source,
  type StatedDetails,
  type Successors,
  type WorkforceFigure,
} from './setting.events.js';

/** Enters a setting in the register, or changes what it has on it. */
export type RegisterSettingCommand = Command<
  'RegisterSetting',
  StatedDetails & Pick<RegisterEntry['data'], 'source'>
>;
export type RecordWorkforceFigureCommand = Command<'RecordWorkforceFigure', WorkforceFigure>;
export type NameSuccessorsCommand = Command<'NameSuccessors', Successors>;
export type SettingCommand =
  RegisterSettingCommand | RecordWorkforceFigureCommand | EnteredFigureCommand | NameSuccessorsCommand;

type CensusFigure = WorkforceFigure & { readonly fact: Fact };

export type SettingState =
  | { readonly status: 'unregistered' }
  | {
      readonly status: 'registered';
      readonly details: SettingDetails;
      /** The event that says so. */
      readonly entry: Fact;
      /** When it was first entered. */
      readonly registeredAt: Instant;
      /** The newest of a census; `null` while no census file has been read. */
      readonly figure: CensusFigure | null;
      /** The newest of each census whose year is known, by that. */
      readonly figures: Readonly<Record<string, CensusFigure>>;
      /** What money may rest on, of a census or verified. */
      readonly counts: CurrentFigure | null;
      /** The newest that was entered from other evidence. */
      readonly entered: Entered | null;
      /** The newest; `null` while no file of links names any. */
      readonly successors: (Successors & { readonly fact: Fact }) | null;
    };

function detailsOf({ source: _, ...details }: RegisterEntry['data']): SettingDetails {
  return details;
}

const NOTHING_KNOWN = {
  ...{ ukprn: null, laName: null, establishmentNumber: null, type: null, openDate: null, closeDate: null },
  ...{ districtCode: null, districtName: null, postcode: null },
} as const;

/** An extract that has no column for something leaves what is known of it; a cell that is empty says that there is none. */
function entryWith(
  { source, ...stated }: RegisterSettingCommand['data'],
  state: SettingState,
): SettingDetails & { readonly source: Source } {
  const known = state.status === 'unregistered' ? NOTHING_KNOWN : state.details;
  return { ...known, ...stated, source };
}

function register({ data, at }: RegisterSettingCommand, state: SettingState): Decision<SettingEvent> {
  const entry = entryWith(data, state);
  const broken = refuseEntry(entry);
  if (broken !== undefined) return broken;
  if (state.status === 'unregistered') return [settingRegistered(entry)];
  // Where it was read does not make it another fact: the same details from a later extract change nothing.
  if (Equal(detailsOf(entry), state.details)) return [];
  return (
    refuseBefore(at, { 'the entry in the register that it would change': state.entry.occurredAt }) ?? [
      settingDetailsChanged(entry),
    ]
  );
}

/**
 * Where it was read does not make it another fact: of a census that was corrected in some rows, the others change nothing,
 * and an allocation cites the file in which its figure was first read. What was read last counts. The census of another year is
 * another fact, also where it says the same.
 */
function recordFigure(
  { data, at }: RecordWorkforceFigureCommand,
  state: SettingState,
): Decision<SettingEvent> {
  const broken = refuseFigure(data);
  if (broken !== undefined) return broken;
  if (state.status === 'unregistered') return notRegistered(data.urn);
  const { figure, figures, registeredAt } = state;
  const ofNoYear = data.censusYear === null || figure?.censusYear === null;
  const known = figures[data.censusYear ?? ''] ?? (ofNoYear ? figure : null);
  if (known !== null && isSameFte(known.fte, data.fte) && known.suppressedAs === data.suppressedAs) {
    return [];
  }
  return (
    refuseBefore(at, {
      "the setting's entry in the register": registeredAt,
      'the figure that it would replace': figure?.fact.occurredAt,
    }) ?? [workforceFigureRecorded(data)]
  );
}

/** Where it was read does not make it another fact, as with the details. */
function nameSuccessors({ data, at }: NameSuccessorsCommand, state: SettingState): Decision<SettingEvent> {
  const broken = refuseSuccessors(data);
  if (broken !== undefined) return broken;
  if (state.status === 'unregistered') return notRegistered(data.urn);
  if (Equal(data.successors, state.successors?.successors ?? [])) return [];
  return (
    refuseBefore(at, {
      "the setting's entry in the register": state.registeredAt,
      'the links that it would change': state.successors?.fact.occurredAt,
    }) ?? [successorsNamed(data)]
  );
}

function notRegistered(urn: string): Refusal {
  return refusal(
    'SETTING.NOT_FOUND',
    'not-found',
    `there is no setting ${urn} in the register: import settings first`,
    { field: 'urn', urn },
  );
}

function lookedAt(
  entered: Entered | null,
  event: RecordedEvent<
    Extract<SettingEvent, { type: 'WorkforceFigureVerified' | 'WorkforceFigureRejected' }>
  >,
): Entered | null {
  if (entered === null) return null;
  const verified = event.type === 'WorkforceFigureVerified';
  return { ...entered, looked: { ...factOf(event), by: event.metadata.actor, verified } };
}

function withCensus(
  figures: Readonly<Record<string, CensusFigure>>,
  figure: CensusFigure,
): Pick<Extract<SettingState, { status: 'registered' }>, 'figure' | 'figures'> {
  const { censusYear } = figure;
  return { figure, figures: censusYear === null ? figures : { ...figures, [censusYear]: figure } };
}

function evolve(state: SettingState, event: RecordedEvent<SettingEvent>): SettingState {
  switch (event.type) {
    case 'SettingRegistered':
    case 'SettingDetailsChanged':
      return {
        status: 'registered',
        details: detailsOf(event.data),
        entry: factOf(event),
        registeredAt: state.status === 'registered' ? state.registeredAt : event.metadata.occurredAt,
        figure: state.status === 'registered' ? state.figure : null,
        figures: state.status === 'registered' ? state.figures : {},
        counts: state.status === 'registered' ? state.counts : null,
        entered: state.status === 'registered' ? state.entered : null,
        successors: state.status === 'registered' ? state.successors : null,
      };
    case 'WorkforceFigureRecorded':
      if (state.status === 'unregistered') return state;
      return {
        ...state,
        ...withCensus(state.figures, { ...event.data, fact: factOf(event) }),
        counts: afterFigure(state.counts, event),
      };
    case 'WorkforceFigureEntered': {
      if (state.status === 'unregistered') return state;
      const entered = { ...event.data, fact: factOf(event), by: event.metadata.actor, looked: null };
      return { ...state, entered };
    }
    case 'WorkforceFigureVerified':
      if (state.status === 'unregistered') return state;
      return { ...state, counts: afterFigure(state.counts, event), entered: lookedAt(state.entered, event) };
    case 'WorkforceFigureRejected':
      if (state.status === 'unregistered') return state;
      return { ...state, entered: lookedAt(state.entered, event) };
    case 'SuccessorsNamed':
      if (state.status === 'unregistered') return state;
      return { ...state, successors: { ...event.data, fact: factOf(event) } };
    default:
      event satisfies never;
      return state;
  }
}

/** A school, college, nursery or other setting as the register and the census have it: stream `setting-<urn>`. */
export const setting: Aggregate<SettingState, SettingCommand, SettingEvent> = {
  category: 'setting',
  events: settingEvents,
  initial: { status: 'unregistered' },
  decide: (command, state) => {
    switch (command.type) {
      case 'RegisterSetting':
        return register(command, state);
      case 'RecordWorkforceFigure':
        return recordFigure(command, state);
      case 'EnterWorkforceFigure':
        return state.status === 'unregistered'
          ? notRegistered(command.data.urn)
          : enterFigure(command, state);
      case 'VerifyWorkforceFigure':
        return state.status === 'unregistered'
          ? notRegistered(command.data.urn)
          : verifyFigure(command, state);
      case 'RejectWorkforceFigure':
        return state.status === 'unregistered'
          ? notRegistered(command.data.urn)
          : rejectFigure(command, state);
      case 'NameSuccessors':
        return nameSuccessors(command, state);
      default:
        return command satisfies never;
    }
  },
  evolve,
};
