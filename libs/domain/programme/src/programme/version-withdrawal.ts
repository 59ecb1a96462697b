import {
  dateInLondon,
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
} from '#kernel';
import { Type } from 'typebox';
import { LONGEST_REASON } from './effective-day.js';
import type { RuledFunding } from './funding-rules.js';
import type { Governed } from './governance.js';
import type { PolicyVersion } from './policy-versions.js';
import {
  programmeVersionWithdrawn,
  Versioned,
  type ProgrammeEvent,
  type ProgrammeTerms,
} from './programme.events.js';
import type { HeldToStandards } from './service-standards.js';
import { brokenSchedules, type TermsVersioned } from './terms-versions.js';

// A version with a mistyped day would stand in the way of every sooner one: what is not in force yet can be withdrawn.

const Withdrawal = Type.Object({
  what: Versioned,
  version: Type.Integer({ minimum: 1 }),
  reason: Type.String({ maxLength: LONGEST_REASON, pattern: NOT_BLANK }),
});

export type WithdrawVersionCommand = Command<
  'WithdrawVersion',
  Readonly<{
    what: Versioned;
    version: number;
    reason: string;
    /** In London, on which it is recorded: what has taken force since it is said to have happened is not taken back. */
    today: CalendarDate;
  }>
>;

type Versions = TermsVersioned &
  Governed &
  RuledFunding &
  HeldToStandards & { readonly terms: ProgrammeTerms; readonly policies: readonly PolicyVersion[] };

interface Standing {
  readonly version: number;
  readonly effectiveOn: CalendarDate;
  readonly setBy: Fact;
}

export const IN_WORDS: Readonly<Record<Versioned, string>> = {
  'allocation-policy': 'the allocation policy',
  'tranche-schedule': 'the tranche schedule',
  'report-windows': 'the report windows',
  'funding-rules': 'the funding rules',
  'service-standards': 'the service standards',
  'senior-owner': 'the senior responsible owner',
  board: 'the board',
};

function standing(what: Versioned, state: Versions): readonly Standing[] {
  switch (what) {
    case 'allocation-policy':
      return state.policies.map(({ policy, ...rest }) => ({ ...rest, version: policy.version }));
    case 'tranche-schedule':
      return state.schedules;
    case 'report-windows':
      return state.windows;
    case 'funding-rules':
      return state.fundingRules;
    case 'service-standards':
      return state.serviceStandards;
    case 'senior-owner':
      return state.owners;
    case 'board':
      return state.boards;
    default:
      return what satisfies never;
  }
}

function without<S extends Versions>(state: S, what: Versioned, version: number): S {
  const others = <V extends { readonly version: number }>(of: Versioned, all: readonly V[]): readonly V[] =>
    of === what ? all.filter((one) => one.version !== version) : all;
  return {
    ...state,
    policies:
      what === 'allocation-policy'
        ? state.policies.filter(({ policy }) => policy.version !== version)
        : state.policies,
    schedules: others('tranche-schedule', state.schedules),
    windows: others('report-windows', state.windows),
    fundingRules: others('funding-rules', state.fundingRules),
    serviceStandards: others('service-standards', state.serviceStandards),
    owners: others('senior-owner', state.owners),
    boards: others('board', state.boards),
  };
}

/** The schedule before it goes on longer: whoever is enrolled meanwhile must find the windows that it waits for. */
function leftBroken(state: Versions): Refusal | undefined {
  for (const windows of state.windows) {
    const broken = brokenSchedules(windows, windows.effectiveOn, state);
    if (broken === undefined) continue;
    const message = `version ${windows.version} of the report windows would be left with a tranche schedule that it does not serve: ${broken.message}`;
    return refusal(broken.code, 'wrong-state', message, broken.details);
  }
  return undefined;
}

export function withdrawVersion(
  { data, at }: WithdrawVersionCommand,
  state: Versions,
): Decision<ProgrammeEvent> {
  const { what, version, reason, today } = data;
  const malformed = refuseShape('PROGRAMME.MALFORMED', Withdrawal, data);
  if (malformed !== undefined) return malformed;
  if (state.withdrawnVersions.some((one) => one.what === what && one.version === version)) return [];
  const found = standing(what, state).find((one) => one.version === version);
  if (found === undefined) {
    const message = `there is no version ${version} of ${IN_WORDS[what]}`;
    return refusal('PROGRAMME.UNKNOWN_VERSION', 'not-found', message, { field: 'version', what, version });
  }
  const { effectiveOn, setBy } = found;
  const day = dateInLondon(at) > today ? dateInLondon(at) : today;
  if (effectiveOn <= day) {
    return refusal(
      'PROGRAMME.VERSION_IN_FORCE',
      'wrong-state',
      `version ${version} of ${IN_WORDS[what]} has been in force since ${effectiveOn}, and what was decided may rest on it: decide another version instead`,
      { field: 'version', what, version, effectiveOn },
    );
  }
  return (
    leftBroken(without(state, what, version)) ??
    refuseBefore(at, { 'the decision that it takes back': setBy.occurredAt }) ?? [
      programmeVersionWithdrawn({
        ...{ programmeId: state.terms.programmeId, what, version, effectiveOn },
        ...{ reason: reason.trim(), withdraws: setBy.event },
      }),
    ]
  );
}

export function withWithdrawal<S extends Versions>(
  state: S,
  { data: { what, version } }: RecordedEvent<Extract<ProgrammeEvent, { type: 'ProgrammeVersionWithdrawn' }>>,
): S {
  const withdrawnVersions = [...state.withdrawnVersions, { what, version }];
  return { ...without(state, what, version), withdrawnVersions };
}
