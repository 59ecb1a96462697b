import {
  factOf,
  isRefusal,
  later,
  refusal,
  RefusalError,
  requireSlug,
  slugFrom,
  type Aggregate,
  type Command,
  type Decision,
  type Fact,
  type Instant,
  type RecordedEvent,
  type Refusal,
} from '#kernel';
import { Equal } from 'typebox/value';
import { close, refuseClosed, type CloseProgrammeCommand, type Closure } from './closing.js';
import {
  delegateApproval,
  endApprovalDelegation,
  withDelegation,
  type DelegateApprovalCommand,
  type Delegated,
  type EndApprovalDelegationCommand,
} from './delegations.js';
import {
  setFundingRules,
  withFundingRules,
  type RuledFunding,
  type SetFundingRulesCommand,
} from './funding-rules.js';
import {
  appointSeniorOwner,
  nameProgrammeBoard,
  withGovernance,
  type AppointSeniorOwnerCommand,
  type Governed,
  type NameProgrammeBoardCommand,
} from './governance.js';
import {
  pauseOrResume,
  withPause,
  type Pause,
  type PauseProgrammeCommand,
  type ResumeProgrammeCommand,
} from './pauses.js';
import {
  firstVersion,
  replacePolicy,
  withPolicy,
  type PolicyVersion,
  type ReplaceAllocationPolicyCommand,
  policyFrom,
} from './policy-versions.js';
import { refuseForm, type ProgrammeForm } from './programme-rules.js';
import {
  firstTerms,
  replaceReportWindows,
  replaceTrancheSchedule,
  withTerms,
  type ReplaceReportWindowsCommand,
  type ReplaceTrancheScheduleCommand,
  type TermsVersioned,
} from './terms-versions.js';
import {
  setServiceStandards,
  withServiceStandards,
  type HeldToStandards,
  type SetServiceStandardsCommand,
} from './service-standards.js';
import { withdrawVersion, withWithdrawal, type WithdrawVersionCommand } from './version-withdrawal.js';
import {
  programmeCreated,
  programmeEvents,
  type ProgrammeEvent,
  type ProgrammeTerms,
} from './programme.events.js';

export type CreateProgrammeCommand = Command<
  'CreateProgramme',
  Readonly<{ programmeId: string; form: ProgrammeForm }>
>;
type ChangeCommand =
  | ReplaceAllocationPolicyCommand
  | ReplaceTrancheScheduleCommand
  | ReplaceReportWindowsCommand
  | AppointSeniorOwnerCommand
  | NameProgrammeBoardCommand
  | SetFundingRulesCommand
  | SetServiceStandardsCommand
  | DelegateApprovalCommand
  | EndApprovalDelegationCommand
  | WithdrawVersionCommand
  | PauseProgrammeCommand
  | ResumeProgrammeCommand
  | CloseProgrammeCommand;
export type ProgrammeCommand = CreateProgrammeCommand | ChangeCommand;

export type ProgrammeState =
  | { readonly status: 'none' }
  | (TermsVersioned &
      Governed &
      RuledFunding &
      HeldToStandards &
      Delegated & {
        readonly status: 'created';
        /** What others rest on when they rest on the programme's terms. */
        readonly creation: Fact;
        /** Oldest first; never empty. */
        readonly policies: readonly PolicyVersion[];
        readonly pauses: readonly Pause[];
        /** `null` while it is open. */
        readonly closed: Closure | null;
        /** When the newest of its events happened. */
        readonly lastDecidedAt: Instant;
      });
type Created = Extract<ProgrammeState, { status: 'created' }>;

/** Nothing of it runs, and nobody has anything to do in it, any more. */
export function isClosed(state: ProgrammeState): boolean {
  return state.status !== 'none' && state.closed !== null;
}

const THE_FIRST_VERSION = 1;

/** The id that is given, or else the one that follows from the name. */
export function programmeIdFor(given: string | undefined, name: string): string | Refusal {
  const id = given ?? slugFrom(name);
  if (given === undefined && id === '') {
    return refusal('PROGRAMME.NO_ID', 'invalid', `id cannot be made from name '${name}': give one`, {
      field: 'id',
    });
  }
  try {
    return requireSlug(id, 'id');
  } catch (error) {
    if (error instanceof RefusalError) return error.refusal;
    throw error;
  }
}

function termsFrom(programmeId: string, form: ProgrammeForm): ProgrammeTerms {
  return {
    ...form,
    programmeId,
    name: form.name.trim(),
    area: form.area.trim(),
    policy: policyFrom(form.policy, THE_FIRST_VERSION),
    reportWindows: form.reportWindows.map((window) => ({ ...window, deadlineVersion: THE_FIRST_VERSION })),
  };
}

function create({ data }: CreateProgrammeCommand, state: ProgrammeState): Decision<ProgrammeEvent> {
  const id = programmeIdFor(data.programmeId, '');
  if (isRefusal(id)) return id;
  const broken = refuseForm(data.form);
  if (broken !== undefined) return broken;
  const terms = termsFrom(id, data.form);
  if (state.status === 'none') return [programmeCreated(terms)];
  if (Equal(terms, state.terms)) return [];
  return refusal(
    'PROGRAMME.ALREADY_EXISTS',
    'wrong-state',
    `there is a programme '${id}' already, and with other terms: give this one another id`,
    { field: 'id', programmeId: id },
  );
}

function change(command: ChangeCommand, state: Created): Decision<ProgrammeEvent> {
  if (command.type === 'CloseProgramme') return close(command, state, state.lastDecidedAt);
  const closed = refuseClosed(state.terms.programmeId, state.closed);
  if (closed !== undefined) return closed;
  switch (command.type) {
    case 'ReplaceAllocationPolicy':
      return replacePolicy(command, state);
    case 'ReplaceTrancheSchedule':
      return replaceTrancheSchedule(command, state);
    case 'ReplaceReportWindows':
      return replaceReportWindows(command, state);
    case 'AppointSeniorOwner':
      return appointSeniorOwner(command, state);
    case 'NameProgrammeBoard':
      return nameProgrammeBoard(command, state);
    case 'SetFundingRules':
      return setFundingRules(command, state);
    case 'SetServiceStandards':
      return setServiceStandards(command, state);
    case 'DelegateApproval':
      return delegateApproval(command, state);
    case 'EndApprovalDelegation':
      return endApprovalDelegation(command, state);
    case 'WithdrawVersion':
      return withdrawVersion(command, state);
    case 'PauseProgramme':
    case 'ResumeProgramme':
      return pauseOrResume(command, state, state.creation.occurredAt);
    default:
      return command satisfies never;
  }
}

function created(event: RecordedEvent<Extract<ProgrammeEvent, { type: 'ProgrammeCreated' }>>): Created {
  return {
    status: 'created',
    ...firstTerms(event),
    creation: factOf(event),
    policies: [firstVersion(event)],
    ...{
      owners: [],
      boards: [],
      fundingRules: [],
      serviceStandards: [],
      delegations: [],
      pauses: [],
      closed: null,
      lastDecidedAt: event.metadata.occurredAt,
    },
  };
}

function changed(
  state: Created,
  event: RecordedEvent<Exclude<ProgrammeEvent, { type: 'ProgrammeCreated' }>>,
): Created {
  switch (event.type) {
    case 'AllocationPolicyReplaced':
      return withPolicy(state, event);
    case 'TrancheScheduleReplaced':
    case 'ReportWindowsReplaced':
      return withTerms(state, event);
    case 'SeniorOwnerAppointed':
    case 'ProgrammeBoardNamed':
      return withGovernance(state, event);
    case 'FundingRulesSet':
      return withFundingRules(state, event);
    case 'ServiceStandardsSet':
      return withServiceStandards(state, event);
    case 'ApprovalDelegated':
    case 'ApprovalDelegationEnded':
      return withDelegation(state, event);
    case 'ProgrammeVersionWithdrawn':
      return withWithdrawal(state, event);
    case 'ProgrammePaused':
    case 'ProgrammeResumed':
      return withPause(state, event);
    case 'ProgrammeClosed':
      return { ...state, closed: { at: event.metadata.occurredAt, reason: event.data.reason } };
    default:
      event satisfies never;
      return state;
  }
}

/** A funded programme and its terms: stream `programme-<slug>`. */
export const programme: Aggregate<ProgrammeState, ProgrammeCommand, ProgrammeEvent> = {
  category: 'programme',
  events: programmeEvents,
  initial: { status: 'none' },
  decide: (command, state) => {
    if (command.type === 'CreateProgramme') return create(command, state);
    if (state.status === 'none') {
      return refusal('PROGRAMME.NOT_FOUND', 'not-found', 'there is no such programme', {
        field: 'programmeId',
      });
    }
    return change(command, state);
  },
  evolve: (state, event: RecordedEvent<ProgrammeEvent>): ProgrammeState => {
    if (event.type === 'ProgrammeCreated') return created(event);
    if (state.status === 'none') return state; // no history begins like this
    const { occurredAt } = event.metadata;
    return { ...changed(state, event), lastDecidedAt: later(state.lastDecidedAt, occurredAt) };
  },
};
