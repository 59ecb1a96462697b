import { parseDate } from '#kernel';
import { given, person } from '#testing';
import { describe, expect, it } from '@jest/globals';
import { delegationsTo, MOST_DELEGATIONS } from './delegations.js';
import { fundingRulesOn, limitOf, MOST_RULES_VERSIONS } from './funding-rules.js';
import {
  approvalDelegated,
  approvalDelegationEnded,
  fundingRulesSet,
  programmeCreated,
} from './programme.events.js';
import { programme } from './programme.js';

const programmeId = 'ipswich';
const reason = 'minute 7';
const created = programmeCreated({
  ...{ programmeId, name: 'Ipswich', area: 'Suffolk', startsOn: '2023-09-01', endsOn: '2026-07-31' },
  ...{ budgetPence: 120_000_000, tranches: [], reportWindows: [] },
  policy: { version: 1, kind: 'rate-per-fte', ratePencePerFte: 60_000, floorPence: 1, capPence: 2 },
});
type Created = Extract<ReturnType<typeof stateAfter>, { status: 'created' }>;
const stateAfter = (...events: Parameters<typeof given>[1][]) =>
  given(programme, created, ...(events as never[])).state;

describe('funding rules', () => {
  const rules = {
    ...{ acceptanceDays: 28, defaultLimitPence: 1_000_000 },
    limits: [{ subject: 'ann', upToPence: 5_000_000 }],
  };
  const set = (change: object = {}) => ({
    type: 'SetFundingRules' as const,
    data: { ...rules, effectiveOn: '2024-02-01', reason, ...change },
  });
  const wereSet = (version = 1, effectiveOn = '2024-02-01', change: object = {}) =>
    fundingRulesSet({ programmeId, version, effectiveOn, ...rules, reason, ...change });

  it('are set from a later day on, version after version', () => {
    given(programme, created).when(set()).then(wereSet());
    given(programme, created, wereSet()).when(set()).thenNothing();
    given(programme, created, wereSet())
      .when(set({ acceptanceDays: null, effectiveOn: '2024-03-01' }))
      .then(wereSet(2, '2024-03-01', { acceptanceDays: null }));
  });

  it('are refused with the field that is wrong', () => {
    for (const [change, code, field] of [
      [{ acceptanceDays: 0 }, 'PROGRAMME.MALFORMED', 'acceptanceDays'],
      [{ defaultLimitPence: -1 }, 'PROGRAMME.MALFORMED', 'defaultLimitPence'],
      [{ reason: ' ' }, 'PROGRAMME.MALFORMED', 'reason'],
      [{ effectiveOn: '2024-02-30' }, 'TIME.NOT_UNDERSTOOD', 'effectiveOn'],
      [{ effectiveOn: '2024-01-02' }, 'PROGRAMME.RULES_EFFECTIVE_ON', 'effectiveOn'],
      [
        { limits: [...rules.limits, { subject: 'ANN', upToPence: 1 }] },
        ...(['PROGRAMME.LIMIT_TWICE', 'limits[1].subject'] as const),
      ],
    ] as const) {
      const refused = given(programme, created).when(set(change)).thenRefused(code);
      expect(refused.details['field']).toBe(field);
    }
    given(programme).when(set()).thenRefused('PROGRAMME.NOT_FOUND');
    const many = Array.from({ length: MOST_RULES_VERSIONS }, (_, n) => wereSet(n + 1));
    given(programme, created, ...many)
      .when(set({ acceptanceDays: 7 }))
      .thenRefused('PROGRAMME.TOO_MANY_VERSIONS');
    given(programme, created).when(set(), { at: '2023-12-31' }).thenRefused('TIME.BEFORE_ITS_FACTS');
  });

  it('are those of the day: none before the first, and each until the next', () => {
    const state = stateAfter(wereSet(), wereSet(2, '2024-03-01')) as Created;
    const versionOn = (day: string) => fundingRulesOn(state, parseDate(day))?.version;
    expect([versionOn('2024-01-31'), versionOn('2024-02-01'), versionOn('2024-02-29')]).toEqual([
      ...[undefined, 1, 1],
    ]);
    expect(versionOn('2024-03-01')).toBe(2);
  });

  it('give the named their own limit, however they are written, and the others the same', () => {
    expect(limitOf(rules, 'Ann')).toBe(5_000_000);
    expect(limitOf(rules, 'bob')).toBe(1_000_000);
    expect(limitOf({ ...rules, defaultLimitPence: null }, 'bob')).toBeNull();
  });
});

describe('a delegation', () => {
  const ann = person('ann', 'approver');
  const bob = person('bob', 'approver');
  const { issuer } = ann;
  const said = { to: 'bob', startsOn: '2024-01-02', endsOn: '2024-01-20', reason };
  const delegate = (change: object = {}) => ({
    type: 'DelegateApproval' as const,
    data: { ...said, today: parseDate('2024-01-02'), ...change },
  });
  const delegated = approvalDelegated({
    ...{ programmeId, delegation: 1, from: { issuer, subject: 'ann' }, to: { issuer, subject: 'bob' } },
    ...{ startsOn: '2024-01-02', endsOn: '2024-01-20', reason },
  });
  const end = { type: 'EndApprovalDelegation' as const, data: { delegation: 1, reason } };
  const ended = approvalDelegationEnded({ programmeId, delegation: 1, reason });

  it('is of the own authority, to somebody else, for days that have not passed', () => {
    given(programme, created).when(delegate(), { by: ann }).then(delegated);
    for (const [change, code, field] of [
      [{ to: 'Ann' }, 'DELEGATION.TO_ONESELF', 'to'],
      [{ to: 'b ob' }, 'DELEGATION.MALFORMED', 'to'],
      [{ startsOn: '2024-01-01' }, 'DELEGATION.DAYS', 'startsOn'],
      [{ endsOn: '2024-01-01' }, 'DELEGATION.DAYS', 'endsOn'],
      [{ endsOn: '2025-01-03' }, 'DELEGATION.DAYS', 'endsOn'],
      [{ endsOn: 'soon' }, 'TIME.NOT_UNDERSTOOD', 'endsOn'],
    ] as const) {
      const refused = given(programme, created).when(delegate(change), { by: ann }).thenRefused(code);
      expect(refused.details['field']).toBe(field);
      expect(refused.message).not.toContain('\\S');
    }
    // Nor for such as had not passed on the day that it is dated.
    given(programme, created)
      .when(delegate({ today: parseDate('2024-01-03') }), { by: ann })
      .thenRefused('DELEGATION.DAYS');
  });

  it('holds on its days, the first and the last too, until it is taken back', () => {
    const to = (state: Created, day: string) => delegationsTo(state, bob, parseDate(day)).length;
    const state = stateAfter(delegated) as Created;
    expect(['2024-01-01', '2024-01-02', '2024-01-20', '2024-01-21'].map((day) => to(state, day))).toEqual([
      ...[0, 1, 1, 0],
    ]);
    expect(delegationsTo(state, ann, parseDate('2024-01-02'))).toEqual([]);
    expect(to(stateAfter(delegated, ended) as Created, '2024-01-02')).toBe(0);
  });

  it('is one of no more than anybody means', () => {
    const many = Array.from({ length: MOST_DELEGATIONS }, (_, n) =>
      approvalDelegated({ ...delegated.data, delegation: n + 1 }),
    );
    given(programme, created, ...many)
      .when(delegate({ to: 'dee' }), { by: ann })
      .thenRefused('DELEGATION.TOO_MANY');
  });

  it('is taken back by who made it or an administrator', () => {
    given(programme, created, delegated).when(end, { by: ann }).then(ended);
    given(programme, created, delegated)
      .when(end, { by: person('cy', 'administrator') })
      .then(ended);
    given(programme, created, delegated).when(end, { by: bob }).thenRefused('DELEGATION.NOT_YOURS');
    given(programme, created).when(end, { by: ann }).thenRefused('DELEGATION.UNKNOWN');
  });
});
