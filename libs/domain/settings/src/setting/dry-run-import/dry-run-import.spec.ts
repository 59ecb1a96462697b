import { instantFromMillis, millisOf } from '#kernel';
import { describe, expect, it } from '@jest/globals';
import { DryRunImport, DryRunImportHandler } from './dry-run-import.handler.js';
import { file, HEADER, ImportDesk, MIXED, refusalOf, row } from './import-desk.fixture.js';

const on = new ImportDesk();

describe('a dry run', () => {
  it('tells new, changed, unchanged and rejected rows apart, with row number and reason, and writes nothing', async () => {
    await on.importNow(file(row(100_002), row(100_003)));
    expect(await on.dryRun(MIXED)).toMatchObject({
      ...{ rows: 5, new: 1, changed: 1, unchanged: 1, rejected: 2 },
      told: {
        new: [{ row: 2, urn: '100001', name: 'School 100001' }],
        flagged: [],
        changed: [
          { row: 3, urn: '100002', changes: [{ field: 'name', from: 'School 100002', to: 'Renamed' }] },
        ],
        rejected: [
          { row: 5, field: 'URN', code: 'IMPORT.BAD_VALUE', message: expect.stringContaining("URN '12'") },
          { row: 6, field: 'EstablishmentStatus (name)', code: 'IMPORT.BAD_VALUE' },
        ],
      },
    });
    expect(await on.countEvents()).toBe(2);
  });

  it('flags what is not simply open, of the rows that it would write', async () => {
    const [closed, closing] = [row(100_005, 'Shut', 'Closed'), 'Open, but proposed to close'];
    await on.importNow(file(row(100_001), row(100_002), closed));
    const content = file(
      ...[row(100_006, 'New', 'Proposed to open'), row(100_001), closed],
      row(100_002, 'School 100002', `"${closing}"`),
    );
    expect((await on.dryRun(content)).told.flagged).toEqual([
      { row: 2, urn: '100006', name: 'New', flag: 'proposed-to-open' },
      { row: 5, urn: '100002', name: 'School 100002', flag: 'proposed-to-close' },
    ]);
  });

  it('rejects every row of a URN that stands in several: which is meant is not clear', async () => {
    const { token, ...said } = await on.dryRun(file(row(100_001, 'a'), row(100_002), row(100_001, 'b')));
    expect(said).toMatchObject({ new: 1, rejected: 2 });
    expect(said.told.rejected.map(({ row: at, code }) => [at, code])).toEqual([
      [2, 'IMPORT.DUPLICATE_URN'],
      [4, 'IMPORT.DUPLICATE_URN'],
    ]);
    await on.confirm(token, file(row(100_001, 'a'), row(100_002), row(100_001, 'b')));
    expect(await on.countEvents()).toBe(1);
  });

  it('of teachers tells a figure that is new from one that changes, and a setting that is not there', async () => {
    await on.importNow(file(row(100_001), row(100_002)));
    const first = 'URN,teachers_fte\n100001,11.5\n';
    await on.confirm((await on.dryRun(first, { what: 'workforce' })).token, first, { what: 'workforce' });
    const next = 'URN,teachers_fte\n100001,c\n100002,7\n100003,1\n100004,-1\n';
    expect(await on.dryRun(next, { what: 'workforce' })).toMatchObject({
      ...{ new: 1, changed: 1, unchanged: 0, rejected: 2 },
      told: {
        changed: [
          { urn: '100001', changes: [{ field: 'fte', from: '11.5', to: null }, { field: 'suppressedAs' }] },
        ],
        rejected: [
          { row: 4, code: 'SETTING.NOT_FOUND' },
          { row: 5, code: 'IMPORT.BAD_VALUE' },
        ],
      },
    });
  });

  it('of links tells settings that get successors, others than before, none, or that are not there', async () => {
    await on.importNow(file(row(100_001), row(100_002), row(100_003)));
    const of = (...links: string[]): string =>
      ['URN,LinkURN,LinkType,LinkEstablishedDate', ...links, ''].join('\n');
    const links = { what: 'links' } as const;
    const first = of('100001,100009,Successor,01-09-2024', '100002,100009,Successor,01-09-2024');
    await on.confirm((await on.dryRun(first, links)).token, first, links);
    const next = of(
      '100001,100008,Successor - merged,01-09-2025',
      '100001,100009,Successor,01-09-2024',
      '100002,100009,Successor,01-09-2024',
      '100003,100009,Successor,soon',
      '100003,100008,Successor,',
      '999999,100008,Successor,',
      '100003,100000,Predecessor,never',
    );
    const before = await on.countEvents();
    const { token, ...said } = await on.dryRun(next, links);
    expect(said).toMatchObject({
      ...{ rows: 7, new: 0, changed: 1, unchanged: 1, rejected: 2, notRegistered: 1 },
      told: {
        changed: [
          {
            ...{ row: 2, urn: '100001' },
            changes: [
              {
                ...{ field: 'successors', from: '100009 (Successor, 2024-09-01)' },
                to: '100008 (Successor - merged, 2025-09-01), 100009 (Successor, 2024-09-01)',
              },
            ],
          },
        ],
        rejected: [
          { row: 5, field: 'LinkEstablishedDate', code: 'IMPORT.BAD_VALUE' },
          { row: 6, message: expect.stringContaining('row 5 of the same setting, 100003, cannot be used') },
        ],
      },
    });
    expect(await on.countEvents()).toBe(before);
    await on.importNow(file(row(999_999)));
    const stale = await refusalOf(on.confirm(token, next, links));
    expect([stale.code, stale.message]).toEqual([
      'IMPORT.CHANGED_SINCE_DRY_RUN',
      expect.stringContaining('999999 (SettingRegistered'),
    ]);
    const again = await on.dryRun(next, links);
    expect(await on.confirm(again.token, next, links)).toMatchObject({ new: 1, changed: 1, rejected: 2 });
    expect(await on.countEvents()).toBe(before + 3);
  });

  it.each([
    ['a header without its columns', 'a,b\n1,2\n', 'IMPORT.HEADER'],
    ['a spreadsheet', 'PK\u0003\u0004rest', 'IMPORT.NOT_CSV'],
    ['nothing', '', 'IMPORT.EMPTY'],
    ['no rows', `${HEADER}\n`, 'IMPORT.EMPTY'],
    ['a quotation mark that is never closed', file(row(100_001), '100002,"x'), 'IMPORT.NOT_CSV'],
  ])('of %s is refused as the import is', async (_says, content, code) => {
    expect((await refusalOf(on.dryRun(content))).code).toBe(code);
    expect((await refusalOf(on.importNow(content))).code).toBe(code);
  });

  it('that is said to have happened in the future is refused', async () => {
    const at = instantFromMillis(millisOf(on.now()) + 60_000);
    expect((await refusalOf(on.dryRun(MIXED, { at }))).code).toBe('TIME.IN_FUTURE');
  });

  it('of 24,000 rows keeps no rows, tells the first thousand and shows its progress', async () => {
    const content = file(...Array.from({ length: 24_000 }, (_, at) => row(100_000 + at)));
    const steps: number[] = [];
    const progress = (done: number, total: number): void => void (done === total && steps.push(total));
    const handler = new DryRunImportHandler(on.decisions, on.events, on.records);
    const input = { import: 'settings', file: 'all.csv', content: Buffer.from(content), progress } as const;
    const said = await handler.execute(new DryRunImport(input, on.context()));
    expect(said).toMatchObject({ rows: 24_000, new: 24_000, rejected: 0 });
    expect(said.told.new).toHaveLength(1000);
    expect(steps).toEqual([24_000]);
    const kept = await on.records.get({ kind: 'import-dry-run', id: said.token }, on.now());
    expect(JSON.stringify(kept!.value).length).toBeLessThan(1000);
  });
});
