import { given } from '#testing';
import { LARGEST_PENCE } from '#kernel';
import { describe, expect, it } from '@jest/globals';
import { programmeCreated } from './programme.events.js';
import { programme, programmeIdFor } from './programme.js';
import { reportWindowOf, type ProgrammeForm } from './programme-rules.js';

const atARate = { ratePencePerFte: 60_000, floorPence: 1_000_000, capPence: 5_000_000 };
const form: ProgrammeForm = {
  name: 'Ipswich Workforce Development Programme',
  area: 'Ipswich',
  startsOn: '2024-09-01',
  endsOn: '2026-07-31',
  budgetPence: 120_000_000,
  policy: atARate,
  tranches: [
    { number: 1, shareBasisPoints: 4000, conditions: ['agreement-accepted', 'plan-approved'] },
    { number: 2, shareBasisPoints: 6000, conditions: ['report-1-accepted'] },
  ],
  reportWindows: [{ number: 1, opensOn: '2025-01-06', dueOn: '2025-01-31', closesOn: '2025-02-28' }],
};
const terms = {
  ...form,
  programmeId: 'ipswich',
  policy: { version: 1, kind: 'rate-per-fte' as const, ...atARate },
  reportWindows: [{ ...form.reportWindows[0]!, deadlineVersion: 1 }],
};
const create = (changed: object = {}, programmeId = 'ipswich') => ({
  type: 'CreateProgramme' as const,
  data: { programmeId, form: { ...form, ...changed } },
});
const tranche = (changed: object) => ({
  tranches: [{ ...form.tranches[0], shareBasisPoints: 10_000, ...changed }],
});
const window = (changed: object) => ({ reportWindows: [{ ...form.reportWindows[0], ...changed }] });
const policy = (changed: object) => ({ policy: { ...form.policy, ...changed } });

describe('creating a programme', () => {
  it('writes down its terms', () => {
    given(programme).when(create()).then(programmeCreated(terms));
  });

  it('allocates by a rate where nothing else is said, or shares the budget', () => {
    given(programme)
      .when(create(policy({ kind: 'rate-per-fte' })))
      .then(programmeCreated(terms));
    const { floorPence, capPence } = atARate;
    given(programme)
      .when(create({ policy: { kind: 'share-of-budget', floorPence, capPence } }))
      .then(
        programmeCreated({ ...terms, policy: { version: 1, kind: 'share-of-budget', floorPence, capPence } }),
      );
  });

  it('takes blanks off the ends of name and area', () => {
    given(programme)
      .when(create({ name: ` ${form.name} `, area: 'Ipswich ' }))
      .then(programmeCreated(terms));
  });

  it('needs no report window when no tranche waits for a report', () => {
    const changed = { ...tranche({ conditions: [] }), reportWindows: [] };
    given(programme)
      .when(create(changed))
      .then(
        programmeCreated({
          ...terms,
          tranches: [{ number: 1, shareBasisPoints: 10_000, conditions: [] }],
          reportWindows: [],
        }),
      );
  });

  it('again with the same terms changes nothing, with other terms is refused', () => {
    given(programme, programmeCreated(terms)).when(create()).thenNothing();
    const refused = given(programme, programmeCreated(terms))
      .when(create({ budgetPence: 1_200_000_00 + 1 }))
      .thenRefused('PROGRAMME.ALREADY_EXISTS');
    expect(refused.kind).toBe('wrong-state');
  });

  it.each<[says: string, changed: object, code: string, field: string]>([
    ['no name', { name: undefined }, 'PROGRAMME.MALFORMED', 'name'],
    ['a blank name', { name: '  ' }, 'PROGRAMME.MALFORMED', 'name'],
    ['a long name', { name: 'x'.repeat(121) }, 'PROGRAMME.MALFORMED', 'name'],
    ['a blank area', { area: '' }, 'PROGRAMME.MALFORMED', 'area'],
    ['a field that nobody knows', { colour: 'red' }, 'PROGRAMME.MALFORMED', 'colour'],
    ['a start that is no date', { startsOn: '2024-02-30' }, 'TIME.NOT_UNDERSTOOD', 'startsOn'],
    ['an end in British writing', { endsOn: '31/07/2026' }, 'TIME.NOT_UNDERSTOOD', 'endsOn'],
    ['an end before the start', { endsOn: '2024-08-31' }, 'PROGRAMME.DATES_OUT_OF_ORDER', 'endsOn'],
    ['an end on the day of the start', { endsOn: '2024-09-01' }, 'PROGRAMME.DATES_OUT_OF_ORDER', 'endsOn'],
    ['an end after more than three years', { endsOn: '2027-09-02' }, 'PROGRAMME.TOO_LONG', 'endsOn'],
    ['no budget', { budgetPence: 0 }, 'PROGRAMME.MALFORMED', 'budgetPence'],
    ['a negative budget', { budgetPence: -1 }, 'PROGRAMME.MALFORMED', 'budgetPence'],
    ['half a penny', { budgetPence: 120_000_000.5 }, 'PROGRAMME.MALFORMED', 'budgetPence'],
    ['money as text', { budgetPence: '120000000' }, 'PROGRAMME.MALFORMED', 'budgetPence'],
    ['an absurd budget', { budgetPence: LARGEST_PENCE + 1 }, 'PROGRAMME.MALFORMED', 'budgetPence'],
    ['a budget that is no number', { budgetPence: NaN }, 'PROGRAMME.MALFORMED', 'budgetPence'],
    ['no rate', policy({ ratePencePerFte: 0 }), 'PROGRAMME.MALFORMED', 'policy.ratePencePerFte'],
    ['an absurd rate', policy({ ratePencePerFte: 1e9 }), 'PROGRAMME.MALFORMED', 'policy.ratePencePerFte'],
    ['a negative floor', policy({ floorPence: -1 }), 'PROGRAMME.MALFORMED', 'policy.floorPence'],
    ['a cap with pence in pence', policy({ capPence: 0.1 }), 'PROGRAMME.MALFORMED', 'policy.capPence'],
    [
      'a floor above the cap',
      policy({ floorPence: 5_000_001 }),
      'PROGRAMME.FLOOR_ABOVE_CAP',
      'policy.floorPence',
    ],
    ['a cap of nothing', policy({ floorPence: 0, capPence: 0 }), 'PROGRAMME.CAP_IS_ZERO', 'policy.capPence'],
    [
      'a floor above the budget',
      { budgetPence: 999_999 },
      'PROGRAMME.FLOOR_ABOVE_BUDGET',
      'policy.floorPence',
    ],
    ['no tranche', { tranches: [] }, 'PROGRAMME.MALFORMED', 'tranches'],
    ['too many tranches', { tranches: Array(13).fill(form.tranches[0]) }, 'PROGRAMME.MALFORMED', 'tranches'],
    ['a first tranche numbered 2', tranche({ number: 2 }), 'PROGRAMME.NOT_NUMBERED', 'tranches[0].number'],
    [
      'tranches out of order',
      { tranches: [...form.tranches].reverse() },
      'PROGRAMME.NOT_NUMBERED',
      'tranches[0].number',
    ],
    [
      'a share of nothing',
      tranche({ shareBasisPoints: 0 }),
      'PROGRAMME.MALFORMED',
      'tranches[0].shareBasisPoints',
    ],
    ['shares of 99.99%', tranche({ shareBasisPoints: 9999 }), 'PROGRAMME.SHARES_NOT_WHOLE', 'tranches'],
    [
      'shares of more than 100%',
      { tranches: form.tranches.map((one) => ({ ...one, shareBasisPoints: 6000 })) },
      'PROGRAMME.SHARES_NOT_WHOLE',
      'tranches',
    ],
    [
      'a condition nobody can meet',
      tranche({ conditions: ['when-we-like'] }),
      'PROGRAMME.UNKNOWN_CONDITION',
      'tranches[0].conditions[0]',
    ],
    [
      'a report of no window',
      tranche({ conditions: ['report-0-accepted'] }),
      'PROGRAMME.UNKNOWN_CONDITION',
      'tranches[0].conditions[0]',
    ],
    [
      'a report window that is not there',
      tranche({ conditions: ['plan-approved', 'report-2-accepted'] }),
      'PROGRAMME.UNKNOWN_WINDOW',
      'tranches[0].conditions[1]',
    ],
    [
      'a condition twice',
      tranche({ conditions: ['plan-approved', 'plan-approved'] }),
      'PROGRAMME.CONDITION_TWICE',
      'tranches[0].conditions[1]',
    ],
    ['a window numbered 3', window({ number: 3 }), 'PROGRAMME.NOT_NUMBERED', 'reportWindows[0].number'],
    [
      'a window due before it opens',
      window({ dueOn: '2025-01-05' }),
      'PROGRAMME.DATES_OUT_OF_ORDER',
      'reportWindows[0].dueOn',
    ],
    [
      'a window that closes before it is due',
      window({ closesOn: '2025-01-30' }),
      'PROGRAMME.DATES_OUT_OF_ORDER',
      'reportWindows[0].closesOn',
    ],
    [
      'a window before the programme',
      window({ opensOn: '2024-08-31' }),
      'PROGRAMME.WINDOW_OUTSIDE',
      'reportWindows[0].opensOn',
    ],
    [
      'a window after the programme',
      window({ closesOn: '2026-08-01' }),
      'PROGRAMME.WINDOW_OUTSIDE',
      'reportWindows[0].closesOn',
    ],
    [
      'a due date that is none',
      window({ dueOn: '2025-01-32' }),
      'TIME.NOT_UNDERSTOOD',
      'reportWindows[0].dueOn',
    ],
  ])('is refused with %s, naming the field', (_says, changed, code, field) => {
    const refused = given(programme).when(create(changed)).thenRefused(code);
    expect(refused.details['field']).toBe(field);
    expect(refused.kind).toBe('invalid');
    expect(refused.message).toContain(field);
  });

  it('is refused under an id that is no slug', () => {
    given(programme).when(create({}, 'Ips wich')).thenRefused('ID.NOT_A_SLUG');
    given(programme).when(create({}, '')).thenRefused('ID.NOT_A_SLUG');
  });
});

describe("a programme's id", () => {
  it('is the one that is given, or follows from the name', () => {
    expect(programmeIdFor('ipswich', 'Whatever')).toBe('ipswich');
    expect(programmeIdFor(undefined, 'Ipswich 2024–26')).toBe('ipswich-2024-26');
  });

  it('must be given when nothing is left of the name', () => {
    expect(programmeIdFor(undefined, '——')).toMatchObject({ code: 'PROGRAMME.NO_ID' });
  });
});

it('knows which report a condition waits for', () => {
  expect(reportWindowOf('report-12-accepted')).toBe(12);
  expect(['report-x-accepted', 'report-1', 'plan-approved'].map(reportWindowOf)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
