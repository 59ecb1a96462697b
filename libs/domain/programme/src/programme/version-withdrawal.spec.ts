import { parseDate, type CalendarDate } from '#kernel';
import { given } from '#testing';
import { describe, expect, it } from '@jest/globals';
import {
  allocationPolicyReplaced,
  fundingRulesSet,
  programmeBoardNamed,
  programmeCreated,
  programmeVersionWithdrawn,
  reportWindowsReplaced,
  seniorOwnerAppointed,
  serviceStandardsSet,
  trancheScheduleReplaced,
  type ProgrammeEvent,
  type Versioned,
} from './programme.events.js';
import { programme, type ProgrammeState } from './programme.js';
import { reportWindowsOn, trancheScheduleOn } from './terms-versions.js';

const programmeId = 'ipswich';
const reason = 'minute 14';
const because = 'the day was mistyped';
const far = '2026-03-01';
const window = { number: 1, opensOn: '2025-01-06', dueOn: '2025-01-31', closesOn: '2025-02-28' };
const reportWindows = [{ ...window, deadlineVersion: 1 }];
const tranches = [{ number: 1, shareBasisPoints: 10_000, conditions: ['report-1-accepted'] }];
const unconditional = [{ number: 1, shareBasisPoints: 10_000, conditions: [] }];
const policy = { kind: 'rate-per-fte', ratePencePerFte: 60_000, floorPence: 1, capPence: 2 } as const;
const created = programmeCreated({
  ...{ programmeId, name: 'Ipswich', area: 'Suffolk', startsOn: '2023-09-01', endsOn: '2026-07-31' },
  ...{ budgetPence: 120_000_000, tranches, reportWindows, policy: { ...policy, version: 1 } },
});
const from = (effectiveOn = far) => ({ programmeId, effectiveOn, reason });
const standards = [{ of: 'payer', days: 5 }];
const rules = { acceptanceDays: 28, defaultLimitPence: null, limits: [] };

/** Of each thing a far-off version, its number, and what decides a sooner one. */
const FAR: readonly (readonly [Versioned, number, ProgrammeEvent, object, ProgrammeEvent])[] = [
  [
    ...(['allocation-policy', 2] as const),
    allocationPolicyReplaced({ ...from(), policy: { ...policy, capPence: 3, version: 2 } }),
    { type: 'ReplaceAllocationPolicy', data: { policy: { ...policy, capPence: 4 } } },
    allocationPolicyReplaced({ ...from('2024-02-01'), policy: { ...policy, capPence: 4, version: 3 } }),
  ],
  [
    ...(['tranche-schedule', 2] as const),
    trancheScheduleReplaced({ ...from(), version: 2, tranches: unconditional }),
    { type: 'ReplaceTrancheSchedule', data: { tranches: unconditional } },
    trancheScheduleReplaced({ ...from('2024-02-01'), version: 3, tranches: unconditional }),
  ],
  [
    ...(['report-windows', 2] as const),
    reportWindowsReplaced({ ...from(), version: 2, reportWindows }),
    { type: 'ReplaceReportWindows', data: { reportWindows: [window] } },
    reportWindowsReplaced({ ...from('2024-02-01'), version: 3, reportWindows }),
  ],
  [
    ...(['funding-rules', 1] as const),
    fundingRulesSet({ ...from(), version: 1, ...rules }),
    { type: 'SetFundingRules', data: rules },
    fundingRulesSet({ ...from('2024-02-01'), version: 2, ...rules }),
  ],
  [
    ...(['service-standards', 1] as const),
    serviceStandardsSet({ ...from(), version: 1, standards }),
    { type: 'SetServiceStandards', data: { standards } },
    serviceStandardsSet({ ...from('2024-02-01'), version: 2, standards }),
  ],
  [
    ...(['senior-owner', 1] as const),
    seniorOwnerAppointed({ ...from(), subject: 'ada' }),
    { type: 'AppointSeniorOwner', data: { subject: 'ben' } },
    seniorOwnerAppointed({ ...from('2024-02-01'), subject: 'ben' }),
  ],
  [
    ...(['board', 1] as const),
    programmeBoardNamed({ ...from(), members: ['ada'] }),
    { type: 'NameProgrammeBoard', data: { members: ['ben'] } },
    programmeBoardNamed({ ...from('2024-02-01'), members: ['ben'] }),
  ],
];

const withdraw = (what: Versioned, version: number, today = '2024-01-02') => ({
  type: 'WithdrawVersion' as const,
  data: { what, version, reason: because, today: today as CalendarDate },
});
const REFUSED: Readonly<Record<Versioned, string>> = {
  'allocation-policy': 'PROGRAMME.POLICY_EFFECTIVE_ON',
  'tranche-schedule': 'PROGRAMME.SCHEDULE_EFFECTIVE_ON',
  'report-windows': 'PROGRAMME.WINDOWS_EFFECTIVE_ON',
  'funding-rules': 'PROGRAMME.RULES_EFFECTIVE_ON',
  'service-standards': 'PROGRAMME.STANDARDS_EFFECTIVE_ON',
  'senior-owner': 'PROGRAMME.APPOINTED_EARLIER',
  board: 'PROGRAMME.APPOINTED_EARLIER',
};

/** The newest version, withdrawn. */
function withdrawnFrom(state: ProgrammeState, what: Versioned, version: number): ProgrammeEvent {
  if (state.status === 'none') throw new Error('there is a programme');
  const { policies, schedules, windows, fundingRules, serviceStandards, owners, boards } = state;
  const all = {
    ...{ 'allocation-policy': policies, 'tranche-schedule': schedules, 'report-windows': windows },
    ...{ 'funding-rules': fundingRules, 'service-standards': serviceStandards },
    ...{ 'senior-owner': owners, board: boards },
  };
  const withdraws = all[what].at(-1)!.setBy.event;
  return programmeVersionWithdrawn({
    ...{ programmeId, what, version, effectiveOn: far, reason: because, withdraws },
  });
}

describe.each(FAR)('a far-off version: %s', (what, version, mistaken, command, decided) => {
  const data = { ...(command as { data: object }).data, effectiveOn: '2024-02-01', reason };
  const sooner = { ...command, data } as never;
  const known = given(programme, created, mistaken);
  const gone = withdrawnFrom(known.state, what, version);

  it('stands in the way until it is withdrawn, and its number is not given again', () => {
    const before = known.when(sooner).thenRefused(REFUSED[what]);
    expect(before.message).toContain('withdraw');
    known.when(withdraw(what, version)).then(gone);
    given(programme, created, mistaken, gone).when(sooner).then(decided);
    given(programme, created, mistaken, gone).when(withdraw(what, version)).thenNothing();
  });

  it('is not withdrawn once it is in force, however long ago that is said to have been', () => {
    for (const today of [far, '2026-03-02']) {
      const refused = given(programme, created, mistaken)
        .when(withdraw(what, version, today), { at: '2024-01-03' })
        .thenRefused('PROGRAMME.VERSION_IN_FORCE');
      expect(refused.details).toMatchObject({ field: 'version', effectiveOn: far });
    }
    given(programme, created, mistaken)
      .when(withdraw(what, version + 1))
      .thenRefused('PROGRAMME.UNKNOWN_VERSION');
  });
});

describe('withdrawing a version', () => {
  it('needs a reason, a programme and something there is', () => {
    const [what, version, mistaken] = FAR[0]!;
    const blank = { ...withdraw(what, version).data, reason: ' ' };
    given(programme, created, mistaken)
      .when({ type: 'WithdrawVersion', data: blank })
      .thenRefused('PROGRAMME.MALFORMED');
    const nothing = given(programme, created)
      .when(withdraw('nothing' as never, 1))
      .thenRefused('PROGRAMME.MALFORMED');
    expect(nothing.message).toContain("what must be one of 'allocation-policy', 'tranche-schedule'");
    given(programme).when(withdraw('board', 1)).thenRefused('PROGRAMME.NOT_FOUND');
    given(programme, created)
      .when(withdraw('allocation-policy', 1))
      .thenRefused('PROGRAMME.VERSION_IN_FORCE');
  });

  it('leaves what is in force on every day as it was before the version', () => {
    const [, , mistaken] = FAR[1]!;
    const gone = withdrawnFrom(given(programme, created, mistaken).state, 'tranche-schedule', 2);
    const { state } = given(programme, created, mistaken, gone);
    if (state.status === 'none') throw new Error('there is a programme');
    expect(trancheScheduleOn(state, parseDate('2026-04-01')).version).toBe(1);
    expect(reportWindowsOn(state, parseDate('2026-04-01')).version).toBe(1);
  });

  it('is refused where the schedule before would wait for a window that is not there', () => {
    const schedule = trancheScheduleReplaced({ ...from(), version: 2, tranches: unconditional });
    const windows = reportWindowsReplaced({ ...from(), version: 2, reportWindows: [] });
    const both = given(programme, created, schedule, windows);
    both.when(withdraw('tranche-schedule', 2)).thenRefused('PROGRAMME.WINDOW_WAITED_FOR');
    both.when(withdraw('report-windows', 2)).then(withdrawnFrom(both.state, 'report-windows', 2));
  });

  it('is not needed for a day long after the programme: that is refused', () => {
    for (const data of [{ subject: 'ada' }, { members: ['ada'] }]) {
      const type = 'subject' in data ? 'AppointSeniorOwner' : 'NameProgrammeBoard';
      given(programme, created)
        .when({ type, data: { ...data, reason, effectiveOn: '2206-03-01' } } as never)
        .thenRefused('PROGRAMME.APPOINTED_TOO_LATE');
    }
  });
});
