import {
  factOf,
  isRefusal,
  refusal,
  RefusalError,
  requireSlug,
  slugFrom,
  type Aggregate,
  type Command,
  type Decision,
  type Fact,
  type RecordedEvent,
  type Refusal,
} from '#kernel';
import { Equal } from 'typebox/value';
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
  programmeCreated,
  programmeEvents,
  type ProgrammeEvent,
  type ProgrammeTerms,
} from './programme.events.js';

export type CreateProgrammeCommand = Command<
  'CreateProgramme',
  Readonly<{ programmeId: string; form: ProgrammeForm }>
>;
export type ProgrammeCommand =
  CreateProgrammeCommand | ReplaceAllocationPolicyCommand | PauseProgrammeCommand | ResumeProgrammeCommand;

export type ProgrammeState =
  | { readonly status: 'none' }
  | {
      readonly status: 'created';
      readonly terms: ProgrammeTerms;
      /** What others rest on when they rest on the programme's terms. */
      readonly creation: Fact;
      /** Oldest first; never empty. */
      readonly policies: readonly PolicyVersion[];
      readonly pauses: readonly Pause[];
    };

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
    return command.type === 'ReplaceAllocationPolicy'
      ? replacePolicy(command, state)
      : pauseOrResume(command, state, state.creation.occurredAt);
  },
  evolve: (state, event: RecordedEvent<ProgrammeEvent>): ProgrammeState => {
    if (event.type === 'ProgrammeCreated') {
      const policies = [firstVersion(event)];
      return { status: 'created', terms: event.data, creation: factOf(event), policies, pauses: [] };
    }
    if (state.status === 'none') return state; // no history begins like this
    switch (event.type) {
      case 'AllocationPolicyReplaced':
        return withPolicy(state, event);
      case 'ProgrammePaused':
      case 'ProgrammeResumed':
        return withPause(state, event);
      default:
        event satisfies never;
        return state;
    }
  },
};
