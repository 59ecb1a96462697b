import {
  academicYearOf,
  factOf,
  refusal,
  refuseBefore,
  type Actor,
  type Aggregate,
  type Command,
  type Decision,
  type Fact,
  type RecordedEvent,
} from '#kernel';
import { refuseEndedPart, type EndedPart } from '#domain/programme';
import type { AuditState } from './audit-state.js';
import { auditEvents, auditStarted, type AuditEvent } from './audit.events.js';
import { alreadyCompleted, complete, type CompleteAuditCommand } from './completion.js';
import { giveBack, signOff, type ReturnAuditCommand, type SignOffAuditCommand } from './sign-off.js';
import { NATIONAL_STRATEGY, type InstrumentVersion } from '../instrument/instrument.js';

/** Audits are revisited every year; more cycles than this in one programme are a slip. */
export const MOST_CYCLES = 10;

/** The completion of the cycle before, and the academic year in which that cycle began. */
export type PreviousCycle = Fact & { readonly academicYear: string };

export type StartAuditCommand = Command<
  'StartAudit',
  Readonly<{
    programmeId: string;
    urn: string;
    cycle: number;
    /** The setting's enrolment; `null` if there is none. */
    participation: Fact | null;
    /** `null` while the setting's part runs. */
    ended?: EndedPart | null;
    /** The cycle before this one, `null` if it was not completed; ignored for the first cycle. */
    previous: PreviousCycle | null;
    /** The version of the instrument in force on the day; by default the first. */
    instrument?: InstrumentVersion;
  }>
>;
export type AuditCommand =
  StartAuditCommand | CompleteAuditCommand | SignOffAuditCommand | ReturnAuditCommand;

function start({ data, at }: StartAuditCommand, state: AuditState): Decision<AuditEvent> {
  const { programmeId, urn, cycle, participation, previous, instrument = NATIONAL_STRATEGY } = data;
  if (!Number.isInteger(cycle) || cycle < 1 || cycle > MOST_CYCLES) {
    return refusal('AUDIT.CYCLE', 'invalid', `cycle must be a whole number from 1 to ${MOST_CYCLES}`, {
      field: 'cycle',
    });
  }
  const ended = refuseEndedPart(data.ended);
  if (ended !== undefined) return ended;
  if (participation === null) {
    return refusal(
      'AUDIT.SETTING_NOT_ENROLLED',
      'not-found',
      `setting ${urn} is not enrolled in programme ${programmeId}: enrol it first`,
      { programmeId, urn },
    );
  }
  if (cycle > 1 && previous === null) {
    return refusal(
      'AUDIT.EARLIER_CYCLE_OPEN',
      'wrong-state',
      `cycle ${cycle} of the audit cannot start: cycle ${cycle - 1} is not completed`,
      { field: 'cycle', cycle },
    );
  }
  if (state.status === 'completed') return alreadyCompleted(state);
  if (state.status === 'started') return [];
  const academicYear = academicYearOf(at);
  const early = refuseBefore(at, {
    "the setting's enrolment": participation.occurredAt,
    ...(cycle > 1 ? { 'the completion of the cycle before': previous?.occurredAt } : {}),
    'the publication of its instrument': instrument.published?.occurredAt,
  });
  if (early !== undefined) return early;
  if (cycle > 1 && previous !== null && academicYear <= previous.academicYear) {
    return refusal(
      'AUDIT.SAME_YEAR',
      'wrong-state',
      `cycle ${cycle} of the audit cannot start in ${academicYear}: cycle ${cycle - 1} began in ${previous.academicYear}, and each academic year, from 1 September, has one audit`,
      { field: 'cycle', cycle, academicYear },
    );
  }
  return [
    auditStarted({
      ...{ programmeId, urn, cycle, participation: participation.event },
      ...{ instrumentVersion: instrument.version, instrument: instrument.published?.event ?? null },
      academicYear,
    }),
  ];
}

function evolve(state: AuditState, event: RecordedEvent<AuditEvent>): AuditState {
  const at = event.metadata.occurredAt;
  switch (event.type) {
    case 'AuditStarted': {
      const { programmeId, urn, cycle } = event.data;
      const academicYear = event.data.academicYear ?? academicYearOf(at);
      const instrumentVersion = event.data.instrumentVersion ?? NATIONAL_STRATEGY.version;
      const begun = { programmeId, urn, cycle, startedAt: at, academicYear, instrumentVersion };
      return { status: 'started', ...begun };
    }
    case 'AuditCompleted':
      return {
        ...event.data,
        status: 'completed',
        startedAt: state.status === 'not-started' ? at : state.startedAt,
        academicYear: state.status === 'not-started' ? academicYearOf(at) : state.academicYear,
        instrumentVersion:
          state.status === 'not-started' ? NATIONAL_STRATEGY.version : state.instrumentVersion,
        completion: factOf(event),
        completers: [...completersOf(state), event.metadata.actor],
        signOff: null,
      };
    case 'AuditSignedOff':
      if (state.status !== 'completed') return state;
      return { ...state, signOff: { outcome: 'signed-off', by: event.metadata.actor } };
    case 'AuditReturned': {
      if (state.status !== 'completed') return state;
      const { comments } = event.data;
      return { ...state, signOff: { outcome: 'returned', by: event.metadata.actor, comments, at } };
    }
    default:
      event satisfies never;
      return state;
  }
}

function completersOf(state: AuditState): readonly Actor[] {
  return state.status === 'completed' ? state.completers : [];
}

/** An audit of professional development need, whole setting, one cycle: stream `audit-<programme>.<urn>.<cycle>`. */
export const audit: Aggregate<AuditState, AuditCommand, AuditEvent> = {
  category: 'audit',
  events: auditEvents,
  initial: { status: 'not-started' },
  decide: (command, state) => {
    switch (command.type) {
      case 'StartAudit':
        return start(command, state);
      case 'CompleteAudit':
        return complete(command, state);
      case 'SignOffAudit':
        return signOff(command, state);
      case 'ReturnAudit':
        return giveBack(command, state);
      default:
        return command satisfies never;
    }
  },
  evolve,
};

export function auditId(programmeId: string, urn: string, cycle: number): string {
  return `${programmeId}.${urn}.${cycle}`;
}
