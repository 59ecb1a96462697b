import { given, History } from '#testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fteInTenThousandths, parseFte } from './fte.js';
import { closureOf, entryOn } from './register-entries.js';
import { setting } from './setting.js';
import {
  settingDetailsChanged,
  settingRegistered,
  successorsNamed,
  workforceFigureRecorded,
  type RegisterEntry,
  type WorkforceFigure,
} from './setting.events.js';

const source = { file: 'gias.csv', row: 2, sha256: 'a'.repeat(64) };
const entry: RegisterEntry['data'] = {
  urn: '124570',
  name: 'Acorn Wharf Nursery School',
  ukprn: '10012345',
  laCode: '935',
  laName: 'Suffolk',
  establishmentNumber: '1001',
  type: 'Local authority nursery school',
  phase: 'Nursery',
  status: 'Open',
  openDate: '2002-09-01',
  closeDate: null,
  districtCode: 'E07000202',
  districtName: 'Ipswich',
  postcode: 'IP2 9FD',
  source,
};
const census = { file: 'census.csv', row: 7, sha256: 'b'.repeat(64) };
const figure: WorkforceFigure = {
  ...{ urn: '124570', fte: '23.4', suppressedAs: null, censusYear: null, source: census },
};
const register = (changed: object = {}) => ({
  type: 'RegisterSetting' as const,
  data: { ...entry, ...changed },
});
const record = (changed: object = {}) => ({
  type: 'RecordWorkforceFigure' as const,
  data: { ...figure, ...changed },
});

describe('registering a setting', () => {
  it('enters it as the file describes it', () => {
    given(setting).when(register()).then(settingRegistered(entry));
  });

  it('changes nothing when a later file says the same, whatever that file is', () => {
    const later = { file: 'later.csv', row: 99, sha256: 'c'.repeat(64) };
    given(setting, settingRegistered(entry))
      .when(register({ source: later }))
      .thenNothing();
  });

  it('changes its details when a later file says otherwise', () => {
    const changed = { status: 'Closed', closeDate: '2024-08-31' };
    given(setting, settingRegistered(entry))
      .when(register(changed))
      .then(settingDetailsChanged({ ...entry, ...changed }));
    given(setting, settingRegistered({ ...entry, ukprn: null }))
      .when(register())
      .then(settingDetailsChanged(entry));
  });

  it('leaves what the file has no column for, and clears what it has one for and leaves empty', () => {
    const { ukprn: _, closeDate: __, postcode: ___, ...narrow } = entry;
    const known = settingRegistered({ ...entry, closeDate: '2027-08-31' });
    const data = { ...narrow, name: 'Renamed', districtName: null };
    given(setting, known)
      .when({ type: 'RegisterSetting', data })
      .then(settingDetailsChanged({ ...known.data, name: 'Renamed', districtName: null }));
    given(setting, known).when({ type: 'RegisterSetting', data: narrow }).thenNothing();
    given(setting)
      .when({ type: 'RegisterSetting', data: narrow })
      .then(settingRegistered({ ...entry, ukprn: null, closeDate: null, postcode: null }));
  });

  it('does not let a file close it before the day on which another says it opened', () => {
    const { openDate: _, ...narrow } = entry;
    const refused = given(setting, settingRegistered(entry))
      .when({ type: 'RegisterSetting', data: { ...narrow, closeDate: '2002-08-31' } })
      .thenRefused('SETTING.MALFORMED');
    expect(refused.message).toContain('is before openDate 2002-09-01');
  });

  it('does not let an older telling overwrite a newer one', () => {
    given(setting, [settingRegistered(entry), { at: '2024-03-01' }])
      .when(register({ name: 'Old name' }), { at: '2024-02-01' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });

  it.each<[says: string, changed: object, field: string]>([
    ['a URN of 4 digits', { urn: '1245' }, 'urn'],
    ['no name', { name: '' }, 'name'],
    ['a blank name', { name: ' ' }, 'name'],
    ['a name too long', { name: 'x'.repeat(201) }, 'name'],
    ['a UKPRN that begins with 2', { ukprn: '20012345' }, 'ukprn'],
    ['a local authority of 4 digits', { laCode: '9350' }, 'laCode'],
    ['a local authority of 2 digits', { laCode: '93' }, 'laCode'],
    ['a status nobody knows', { status: 'Shut' }, 'status'],
    ['a phase that is missing', { phase: undefined }, 'phase'],
    ['a date as the file writes it', { openDate: '01-09-2002' }, 'openDate'],
    ['a date that does not exist', { closeDate: '2024-02-30' }, 'closeDate'],
    ['closing before opening', { closeDate: '2002-08-31' }, 'closeDate'],
    ['a head teacher', { headTeacher: 'A. Nobody' }, 'headTeacher'],
    ['a hash that is none', { source: { ...source, sha256: 'xyz' } }, 'source.sha256'],
    ['row 0', { source: { ...source, row: 0 } }, 'source.row'],
  ])('is refused with %s', (_says, changed, field) => {
    const decision = setting.decide(
      { ...register(changed), by: {} as never, at: '2024-01-01T00:00:00.000Z' as never },
      setting.initial,
    );
    expect(decision).toMatchObject({ refused: true, kind: 'invalid', details: { field } });
  });
});

describe('naming successors', () => {
  const named = {
    urn: '124570',
    successors: [{ urn: '124999', link: 'Successor - merged', linkedOn: '2024-01-01' }],
    source: census,
  };
  const name = (changed: object = {}) => ({
    type: 'NameSuccessors' as const,
    data: { ...named, ...changed },
  });

  it('is told once, from whatever file', () => {
    given(setting, settingRegistered(entry)).when(name()).then(successorsNamed(named));
    given(setting, settingRegistered(entry), successorsNamed(named)).when(name({ source })).thenNothing();
  });
  it('is refused for a setting that is not registered, or that succeeds itself', () => {
    given(setting).when(name()).thenRefused('SETTING.NOT_FOUND');
    const itself = [{ urn: '124570', link: 'Successor', linkedOn: null }];
    given(setting, settingRegistered(entry))
      .when(name({ successors: itself }))
      .thenRefused('SETTING.MALFORMED');
    given(setting, settingRegistered(entry))
      .when(name({ successors: [] }))
      .thenRefused('SETTING.MALFORMED');
  });
  it('the closure is the first of the entries up to the last that say so', () => {
    const history = new History();
    const open = history.record(settingRegistered(entry));
    const closed = history.record(settingDetailsChanged({ ...entry, status: 'Closed' }));
    const renamed = history.record(settingDetailsChanged({ ...entry, status: 'Closed', name: 'B' }));
    expect(closureOf([open])).toBeUndefined();
    expect(closureOf([open, closed, renamed])).toBe(closed);
    expect(closureOf([open, closed, history.record(settingDetailsChanged(entry))])).toBeUndefined();
  });
});

describe('recording how many teachers a setting has', () => {
  const registered = settingRegistered(entry);

  it('takes a number, or that it is withheld, which is not 0', () => {
    given(setting, registered).when(record()).then(workforceFigureRecorded(figure));
    given(setting, registered)
      .when(record({ fte: null, suppressedAs: 'c' }))
      .then(workforceFigureRecorded({ ...figure, fte: null, suppressedAs: 'c' }));
    given(setting, registered)
      .when(record({ fte: '0' }))
      .then(workforceFigureRecorded({ ...figure, fte: '0' }));
  });

  it('writes nothing for the same figure, from whatever file and however many zeros it has', () => {
    const known = given(setting, registered, workforceFigureRecorded(figure));
    known.when(record({ source: { ...census, file: 'copy of census.csv' } })).thenNothing();
    known.when(record({ source: { ...census, sha256: 'd'.repeat(64) } })).thenNothing();
    known.when(record({ fte: '23.40' })).thenNothing();
    const withheld = { fte: null, suppressedAs: 'x' };
    given(setting, registered, workforceFigureRecorded({ ...figure, ...withheld }))
      .when(record({ fte: null, suppressedAs: 'c' }))
      .then(workforceFigureRecorded({ ...figure, fte: null, suppressedAs: 'c' }));
  });

  it('is of one census: of that of another year the same number is another fact, of the same it is none', () => {
    const of = (censusYear: string | null, fte = '23.4') =>
      workforceFigureRecorded({ ...figure, censusYear, fte });
    const known = given(setting, registered, of('2023/24'));
    known.when(record({ censusYear: '2023/24' })).thenNothing();
    known.when(record()).thenNothing();
    known.when(record({ censusYear: '2024/25' })).then(of('2024/25'));
    const both = given(setting, registered, of('2023/24'), of('2024/25', '30'));
    for (const [censusYear, fte] of [
      ['2023/24', '23.4'],
      ['2024/25', '30'],
    ] as const) {
      both.when(record({ censusYear, fte })).thenNothing();
    }
    both.when(record({ censusYear: '2023/24', fte: '12' })).then(of('2023/24', '12'));
    // Of a file read before its year was, nothing is written for the year alone.
    given(setting, registered, of(null))
      .when(record({ censusYear: '2023/24' }))
      .thenNothing();
  });

  it('of an earlier census takes nothing from what counts', () => {
    const of = (censusYear: string, fte: string) => workforceFigureRecorded({ ...figure, censusYear, fte });
    const { state } = given(setting, registered, of('2024/25', '30'), of('2023/24', '12'));
    expect(state).toMatchObject({ counts: { fte: '30', censusYear: '2024/25' } });
  });

  it('keeps the figure when the details change', () => {
    given(
      setting,
      registered,
      workforceFigureRecorded(figure),
      settingDetailsChanged({ ...entry, name: 'B' }),
    )
      .when(record())
      .thenNothing();
  });

  it('is refused for a setting that is not in the register', () => {
    const refused = given(setting).when(record()).thenRefused('SETTING.NOT_FOUND');
    expect(refused.kind).toBe('not-found');
  });

  it('is refused before the setting was entered, or before the figure that it would replace', () => {
    given(setting, [registered, { at: '2024-03-01' }])
      .when(record(), { at: '2024-02-01' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
    given(setting, registered, [workforceFigureRecorded(figure), { at: '2024-03-01' }])
      .when(record({ fte: '20' }), { at: '2024-02-01' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });

  it('may be told for a day before the details last changed', () => {
    given(setting, registered, [settingDetailsChanged({ ...entry, name: 'B' }), { at: '2024-03-01' }])
      .when(record(), { at: '2024-02-01' })
      .then(workforceFigureRecorded(figure));
  });

  it.each([
    { fte: '-1' },
    { fte: '23,4' },
    { fte: '1e3' },
    { fte: '10000' },
    { fte: '1.23456' },
    { fte: '' },
    { fte: 23.4 },
    { fte: null },
    { suppressedAs: 'x' },
    { censusYear: '2023' },
    { fte: null, suppressedAs: 'q' },
    { urn: '12' },
  ])('is refused with %j', (changed) => {
    expect(given(setting, registered).when(record(changed)).thenRefused('SETTING.MALFORMED').kind).toBe(
      'invalid',
    );
  });
});

describe('the register on a day', () => {
  const history = new History({ stream: 'setting-124570' });
  const first = history.record(settingRegistered(entry), { at: '2024-01-01' });
  const teachers = history.record(workforceFigureRecorded(figure), { at: '2024-01-05' });
  const second = history.record(settingDetailsChanged({ ...entry, status: 'Closed' }), { at: '2024-02-01' });
  const all = [first, teachers, second];

  it('is the last entry that had happened by then, or else the first', () => {
    expect(entryOn(all, '2024-01-20T00:00:00.000Z' as never)).toBe(first);
    expect(entryOn(all, '2024-02-20T00:00:00.000Z' as never)).toBe(second);
    expect(entryOn(all, '2023-01-01T00:00:00.000Z' as never)).toBe(first);
    expect(entryOn([], '2024-01-01T00:00:00.000Z' as never)).toBeUndefined();
  });

  it('never throws on history that begins in the middle', () => {
    expect(setting.evolve(setting.initial, teachers)).toEqual({ status: 'unregistered' });
  });
});

describe('full-time equivalents', () => {
  it('are exact', () => {
    expect(parseFte('23.4')).toBe('23.4');
    expect(fteInTenThousandths('23.4')).toBe(234000n);
    expect(fteInTenThousandths('0')).toBe(0n);
    expect(fteInTenThousandths('9999.9999')).toBe(99_999_999n);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999_999 }), (value) => {
        const text = `${Math.trunc(value / 10_000)}.${String(value % 10_000).padStart(4, '0')}`;
        expect(fteInTenThousandths(text)).toBe(BigInt(value));
      }),
    );
  });

  it.each(['', '.5', '5.', '-1', '+1', '1e2', ' 1', '01', '10000', '1.00001', 'x', '١'])(
    'are not %p',
    (text) => {
      expect(() => parseFte(text)).toThrow(expect.objectContaining({ code: 'FTE.NOT_A_NUMBER' }));
    },
  );
});
