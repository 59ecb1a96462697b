import { given, person } from '#testing';
import { describe, expect, it } from '@jest/globals';
import { setting } from './setting.js';
import {
  settingRegistered,
  workforceFigureEntered,
  workforceFigureRecorded,
  workforceFigureRejected,
  workforceFigureVerified,
  type SettingEvent,
} from './setting.events.js';

const urn = '124570';
const source = (file: string) => ({ file, row: 2, sha256: 'a'.repeat(64) });
const registered = settingRegistered({
  ...{ urn, name: 'Acorn Wharf', ukprn: null, laCode: '935', laName: null, establishmentNumber: null },
  ...{ type: null, phase: 'Nursery', status: 'Open', openDate: null, closeDate: null },
  ...{ districtCode: null, districtName: null, postcode: null, source: source('gias.csv') },
});
const census = (fte: string | null, file = 'census.csv', censusYear: string | null = null) =>
  workforceFigureRecorded({
    ...{ urn, fte, suppressedAs: fte === null ? 'c' : null, censusYear, source: source(file) },
  });
const document = { name: 'payroll-october.pdf', sha256: 'b'.repeat(64) };
const note = 'the payroll of October, teachers only';
const countedOn = '2023-12-31';
const enter = (change: object = {}) => {
  const data = { urn, fte: '6.8', countedOn, corrects: null, document, note, ...change };
  return { type: 'EnterWorkforceFigure', data } as const;
};
const entered = workforceFigureEntered({ urn, fte: '6.8', countedOn, corrects: null, document, note });
const ola = person('ola', 'operations');
const per = person('per', 'operations');
const withheld: readonly SettingEvent[] = [registered, census(null)];

/** The entry, as those who look at it know it. */
function waiting(...more: readonly SettingEvent[]) {
  const past = given(setting, ...withheld, [entered, { by: ola }], ...more);
  if (past.state.status !== 'registered' || past.state.entered === null) throw new Error('nothing entered');
  const { event } = past.state.entered.fact;
  const of = { urn, entryId: event.eventId };
  return {
    ...{ past, event },
    verify: { type: 'VerifyWorkforceFigure', data: of } as const,
    reject: { type: 'RejectWorkforceFigure', data: { ...of, reason: 'it has cooks in it' } } as const,
    verified: workforceFigureVerified({ urn, fte: '6.8', countedOn, document, entry: event }),
    rejected: workforceFigureRejected({ urn, entry: event, reason: 'it has cooks in it' }),
  };
}
const countsAfter = (...events: readonly SettingEvent[]) => {
  const { state } = given(setting, ...events);
  return state.status === 'registered' ? state.counts : null;
};

describe('entering a figure', () => {
  it('is for where the census has none: withheld, or never read', () => {
    given(setting, ...withheld)
      .when(enter(), { by: ola })
      .then(entered);
    given(setting, registered).when(enter(), { by: ola }).then(entered);
    given(setting).when(enter()).thenRefused('SETTING.NOT_FOUND');
    const refused = given(setting, registered, census('7.2')).when(enter()).thenRefused('FTE.KNOWN');
    expect(refused.message).toContain(
      'setting 124570 has 7.2 teachers (census.csv, row 2): if that is a mistake',
    );
    expect(refused.details['field']).toBe('corrects');
  });

  it('says which field is wrong', () => {
    for (const [change, field] of [
      [{ fte: '-1' }, 'fte'],
      [{ fte: '6,8' }, 'fte'],
      [{ countedOn: '2023-02-30' }, 'countedOn'],
      [{ countedOn: '2030-01-01' }, 'countedOn'],
      [{ corrects: 7 }, 'corrects'],
      [{ note: ' ' }, 'note'],
      [{ document: { ...document, sha256: 'x' } }, 'document.sha256'],
      [{ urn: '12' }, 'urn'],
    ] as const) {
      const refused = given(setting, ...withheld)
        .when(enter(change))
        .thenRefused('FTE.MALFORMED');
      expect(refused.details['field']).toBe(field);
    }
  });

  it('counts for nothing before somebody else has looked', () => {
    expect(countsAfter(...withheld, entered)).toMatchObject({ fte: null, suppressedAs: 'c' });
  });
});

describe('looking at an entered figure', () => {
  it('verifies it, and then it counts', () => {
    const { past, verify, verified } = waiting();
    past.when(verify, { by: per }).then(verified);
    expect(countsAfter(...withheld, entered, verified)).toMatchObject({ fte: '6.8', source: null });
  });

  it('rejects it with the reason, and another can be entered', () => {
    const { past, reject, rejected } = waiting();
    past.when(reject, { by: per }).then(rejected);
    const blank = { type: 'RejectWorkforceFigure', data: { ...reject.data, reason: ' ' } } as const;
    past.when(blank, { by: per }).thenRefused('FTE.MALFORMED');
    const after = waiting(rejected).past;
    after.when(enter(), { by: ola }).then(entered);
    expect(countsAfter(...withheld, entered, rejected)).toMatchObject({ fte: null });
  });

  it('is for a second person, once, and for the entry that was looked at', () => {
    const { past, verify, reject, verified } = waiting();
    for (const command of [verify, reject]) {
      const own = past.when(command, { by: person('OLA', 'approver') }).thenRefused('FTE.SAME_PERSON');
      expect(own.kind).toBe('not-allowed');
    }
    const other = { ...verify, data: { urn, entryId: 'another' } };
    past.when(other, { by: per }).thenRefused('FTE.ANOTHER_ENTRY');
    waiting(verified).past.when(reject, { by: per }).thenRefused('FTE.LOOKED_AT');
    given(setting, ...withheld)
      .when(verify)
      .thenRefused('FTE.NOT_ENTERED');
    past.when(verify, { by: per, at: '2023-12-31' }).thenRefused('TIME.BEFORE_ITS_FACTS');
  });
});

describe('a mistaken figure', () => {
  const past = given(setting, registered, census('7.2'));
  const mistaken = countsAfter(registered, census('7.2'))!.event;
  const correction = workforceFigureEntered({
    ...{ urn, fte: '6.8', countedOn, corrects: mistaken, document, note },
  });
  const corrected = (...more: readonly SettingEvent[]) => {
    const after = given(setting, registered, census('7.2'), [correction, { by: ola }]);
    const entryId = after.state.status === 'registered' ? after.state.entered!.fact.event.eventId : '';
    const verify = { type: 'VerifyWorkforceFigure', data: { urn, entryId } } as const;
    const entry = after.state.status === 'registered' ? after.state.entered!.fact.event : mistaken;
    const verified = workforceFigureVerified({ urn, fte: '6.8', countedOn, document, entry });
    const events = [registered, census('7.2'), correction, verified, ...more] as const;
    return { after, verify, verified, events };
  };

  it('is corrected by naming it, and by it alone', () => {
    past.when(enter({ corrects: mistaken.eventId }), { by: ola }).then(correction);
    past.when(enter({ corrects: 'another' })).thenRefused('FTE.KNOWN');
    given(setting, ...withheld)
      .when(enter({ corrects: mistaken.eventId }))
      .thenRefused('FTE.NOTHING_TO_CORRECT');
    const { after, verify, verified } = corrected();
    expect(countsAfter(registered, census('7.2'), correction)).toMatchObject({ fte: '7.2' });
    after.when(verify, { by: per }).then(verified);
  });

  it('stays corrected when a census says it once more, and not when one says another', () => {
    const again = census('7.20', 'census-2.csv');
    expect(countsAfter(...corrected(again).events)).toMatchObject({ fte: '6.8', source: null });
    expect(countsAfter(...corrected(again, census('8', 'census-3.csv')).events)).toMatchObject({ fte: '8' });
    expect(countsAfter(...corrected(census(null, 'census-3.csv')).events)).toMatchObject({ fte: null });
  });

  it('is of the year of what it corrects, and gives way to a census of a later one, whatever that says', () => {
    const past = [registered, census('7.2', 'census.csv', '2022/23'), correction] as const;
    const { state } = given(setting, registered, past[1], [correction, { by: ola }]);
    const entry = state.status === 'registered' ? state.entered!.fact.event : mistaken;
    const verified = workforceFigureVerified({ urn, fte: '6.8', countedOn, document, entry });
    expect(countsAfter(...past, verified)).toMatchObject({ fte: '6.8', censusYear: '2022/23' });
    const again = census('7.2', 'census-2.csv', '2022/23');
    expect(countsAfter(...past, verified, again)).toMatchObject({ fte: '6.8' });
    const later = census('7.2', 'census-2.csv', '2023/24');
    expect(countsAfter(...past, verified, later)).toMatchObject({ fte: '7.2', censusYear: '2023/24' });
    // Where there was none to correct, it is of the year in which its document counts.
    expect(countsAfter(...withheld, entered, verified)).toMatchObject({ fte: '6.8', censusYear: '2023/24' });
  });

  it('that a census has replaced since is not corrected by mistake', () => {
    const later = given(
      setting,
      registered,
      census('7.2'),
      [correction, { by: ola }],
      census('8', 'census-2.csv'),
    );
    later.when(corrected().verify, { by: per }).thenRefused('FTE.KNOWN');
  });

  it('may be a verified one', () => {
    const verified = given(setting, ...corrected().events);
    verified.when(enter({ fte: '6.9' }), { by: ola }).thenRefused('FTE.KNOWN');
    const corrects = countsAfter(...corrected().events)!.event;
    verified
      .when(enter({ fte: '6.9', corrects: corrects.eventId }), { by: ola })
      .then(workforceFigureEntered({ urn, fte: '6.9', countedOn, corrects, document, note }));
  });
});

describe('a later census', () => {
  it('that came before anybody looked stands against verifying what was entered', () => {
    const { past, verify, reject, rejected } = waiting(census('7.2', 'census-2.csv'));
    past.when(verify, { by: per }).thenRefused('FTE.KNOWN');
    past.when(reject, { by: per }).then(rejected);
  });

  it('takes the place of a verified figure if it has one, and not if it withholds it once more', () => {
    const { verified } = waiting();
    const past = [...withheld, entered, verified];
    expect(countsAfter(...past, census(null, 'census-2.csv'))).toMatchObject({ fte: '6.8', source: null });
    const known = countsAfter(...past, census('7.2', 'census-2.csv'));
    expect(known).toMatchObject({ fte: '7.2', source: { file: 'census-2.csv' } });
    given(setting, ...past, census('7.2', 'census-2.csv'))
      .when(enter({ fte: '9.9' }), { by: ola })
      .thenRefused('FTE.KNOWN');
  });

  it('that withholds what an earlier one had makes it unknown', () => {
    expect(countsAfter(registered, census('7.2'), census(null, 'census-2.csv'))).toMatchObject({ fte: null });
  });
});
