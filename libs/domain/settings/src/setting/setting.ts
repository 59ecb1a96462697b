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
} from '#kernel';
import { Equal } from 'typebox/value';
import { refuseEntry, refuseFigure } from './setting-rules.js';
import {
  settingDetailsChanged,
  settingEvents,
  settingRegistered,
  workforceFigureRecorded,
  type RegisterEntry,
  type SettingDetails,
  type SettingEvent,
  type WorkforceFigure,
} from './setting.events.js';

/** Enters a setting in the register, or changes what it has on it. */
export type RegisterSettingCommand = Command<'RegisterSetting', RegisterEntry['data']>;
export type RecordWorkforceFigureCommand = Command<'RecordWorkforceFigure', WorkforceFigure>;
export type SettingCommand = RegisterSettingCommand | RecordWorkforceFigureCommand;

export type SettingState =
  | { readonly status: 'unregistered' }
  | {
      readonly status: 'registered';
      readonly details: SettingDetails;
      /** The event that says so. */
      readonly entry: Fact;
      /** When it was first entered. */
      readonly registeredAt: Instant;
      /** The newest one; `null` while no census file has been read. */
      readonly figure: (WorkforceFigure & { readonly fact: Fact }) | null;
    };

function detailsOf({ source: _, ...details }: RegisterEntry['data']): SettingDetails {
  return details;
}

function register({ data, at }: RegisterSettingCommand, state: SettingState): Decision<SettingEvent> {
  const broken = refuseEntry(data);
  if (broken !== undefined) return broken;
  if (state.status === 'unregistered') return [settingRegistered(data)];
  // Where it was read does not make it another fact: the same details from a later extract change nothing.
  if (Equal(detailsOf(data), state.details)) return [];
  return (
    refuseBefore(at, { 'the entry in the register that it would change': state.entry.occurredAt }) ?? [
      settingDetailsChanged(data),
    ]
  );
}

/**
 * The same figure from another file is a new fact, because an allocation cites its file, row and hash; from the
 * same file (whatever it is now called) it is none. What was read last counts.
 */
function recordFigure(
  { data, at }: RecordWorkforceFigureCommand,
  state: SettingState,
): Decision<SettingEvent> {
  const broken = refuseFigure(data);
  if (broken !== undefined) return broken;
  if (state.status === 'unregistered') {
    return refusal(
      'SETTING.NOT_FOUND',
      'not-found',
      `there is no setting ${data.urn} in the register: import settings first`,
      { field: 'urn', urn: data.urn },
    );
  }
  const { figure, registeredAt } = state;
  if (
    figure !== null &&
    figure.fte === data.fte &&
    figure.suppressedAs === data.suppressedAs &&
    figure.source.sha256 === data.source.sha256
  ) {
    return [];
  }
  return (
    refuseBefore(at, {
      "the setting's entry in the register": registeredAt,
      'the figure that it would replace': figure?.fact.occurredAt,
    }) ?? [workforceFigureRecorded(data)]
  );
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
      };
    case 'WorkforceFigureRecorded':
      if (state.status === 'unregistered') return state;
      return { ...state, figure: { ...event.data, fact: factOf(event) } };
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
      default:
        return command satisfies never;
    }
  },
  evolve,
};

/**
 * What the register had on a setting at a moment: the last entry that had happened by then, or else the first
 * one, so that whatever rests on it is refused for being before it. `undefined` if there is none.
 */
export function entryOn(
  history: readonly RecordedEvent<SettingEvent>[],
  at: Instant,
): RecordedEvent<RegisterEntry> | undefined {
  const entries = history.filter((event) => event.type !== 'WorkforceFigureRecorded');
  return entries.findLast(({ metadata }) => metadata.occurredAt <= at) ?? entries[0];
}
