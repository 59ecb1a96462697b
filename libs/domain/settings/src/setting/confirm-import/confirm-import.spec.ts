import { instantFromMillis, millisOf, randomId, RefusalError } from '#kernel';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { file, ImportDesk, MIXED, refusalOf, row } from '../dry-run-import/import-desk.fixture.js';
import { setting } from '../setting.js';

const on = new ImportDesk();

async function thenChanged(work: Promise<unknown>, ...tells: string[]): Promise<RefusalError> {
  const before = await on.countEvents();
  const refused = await refusalOf(work);
  expect(refused.refusal).toMatchObject({ code: 'IMPORT.CHANGED_SINCE_DRY_RUN', kind: 'stale' });
  for (const tell of [...tells, 'Nothing was written now']) expect(refused.message).toContain(tell);
  expect(await on.countEvents()).toBe(before);
  return refused;
}

describe('confirming a dry run', () => {
  it('writes what it said and nothing else, and cites the file as it was named then', async () => {
    await on.importNow(file(row(100_002), row(100_003)));
    const { token, ...said } = await on.dryRun(MIXED, { file: 'C:\\extracts\\june.csv' });
    const done = await on.confirm(token, MIXED);
    const { new: added, changed, unchanged, rejected } = said;
    expect(done).toMatchObject({ ...{ new: added, changed, unchanged, rejected }, file: 'june.csv' });
    expect(await on.countEvents()).toBe(4);
    const { history } = await on.decisions.load(setting, '100001');
    expect(history[0]).toMatchObject({
      data: { source: { file: 'june.csv', row: 2, sha256: said.sha256 } },
      metadata: { actor: { subject: 'ola' }, correlationId: expect.any(String) },
    });
  });

  it('again answers as before and writes nothing; a dry run of the same file then finds nothing to do', async () => {
    const { token } = await on.dryRun(MIXED);
    const once = await on.confirm(token, MIXED);
    expect(once.new).toBe(3);
    expect(await on.confirm(token, MIXED)).toEqual(once);
    expect(await on.countEvents()).toBe(3);
    const again = await on.dryRun(MIXED);
    expect(again).toMatchObject({ new: 0, changed: 0, unchanged: 3, rejected: 2 });
    expect(await on.confirm(again.token, MIXED)).toMatchObject({ unchanged: 3, position: null });
    expect(await on.countEvents()).toBe(3);
  });

  it('goes on where it was interrupted', async () => {
    const { token } = await on.dryRun(MIXED);
    const append = on.events.append.bind(on.events);
    let left = 1;
    on.events.append = (...given) => {
      left -= 1;
      return left < 0 ? Promise.reject(new Error('the process was killed')) : append(...given);
    };
    await expect(on.confirm(token, MIXED)).rejects.toThrow('killed');
    on.events.append = append;
    expect(await on.countEvents()).toBe(1);
    expect(await on.confirm(token, MIXED)).toMatchObject({ new: 3, unchanged: 0, rejected: 2 });
    expect(await on.countEvents()).toBe(3);
  });

  it('is refused once a setting in it has changed, and names it and what happened', async () => {
    await on.importNow(file(row(100_002), row(100_003)));
    const { token } = await on.dryRun(MIXED);
    await on.importNow(file(row(100_003, 'Other'), row(100_001), row(100_009)));
    const refused = await thenChanged(
      on.confirm(token, MIXED),
      '100001 (SettingRegistered, now at revision 0), 100003 (SettingDetailsChanged, now at revision 1)',
      'It said 1 new, 1 changed, 1 unchanged, 2 rejected; now it would be 0 new, 2 changed, 1 unchanged, 2 rejected',
    );
    expect(refused.refusal.details).toMatchObject({ changedSettings: 2 });
  });

  it('is refused if a setting changed and changed back: what was read is no longer what is there', async () => {
    await on.importNow(file(row(100_001)));
    const same = file(row(100_001));
    const { token } = await on.dryRun(same);
    await on.importNow(file(row(100_001, 'Other')));
    await on.importNow(same);
    await thenChanged(on.confirm(token, same), 'a setting has changed: 100001');
  });

  it('is refused with another file, or one of another kind, or another time', async () => {
    const { token } = await on.dryRun(MIXED);
    await thenChanged(on.confirm(token, MIXED.replace('Renamed', 'Renamex')), 'the file is not as it was');
    await thenChanged(on.confirm(token, 'not to be read'), 'the file is not as it was');
    await thenChanged(on.confirm(token, MIXED, { what: 'workforce' }), 'was of a settings file');
    await thenChanged(on.confirm(token, MIXED, { at: on.now() }), 'in the dry run it was not said');
  });

  it('has the time that the dry run was told', async () => {
    const at = instantFromMillis(millisOf(on.now()) - 86_400_000);
    const { token } = await on.dryRun(MIXED, { at });
    await on.confirm(token, MIXED);
    const { history } = await on.decisions.load(setting, '100001');
    expect(history[0]?.metadata.occurredAt).toBe(at);
  });

  it('does not write over what somebody changes in the meantime of its own checking and writing', async () => {
    const { token } = await on.dryRun(file(row(100_001)));
    const append = on.events.append.bind(on.events);
    on.events.append = async (...given) => {
      on.events.append = append;
      await on.importNow(file(row(100_001, 'First')));
      return append(...given);
    };
    const refused = await refusalOf(on.confirm(token, file(row(100_001))));
    expect(refused.code).toBe('STORE.STALE_REVISION');
    expect(await on.countEvents()).toBe(1);
  });

  it('is refused for a token that is none, and for one that is too old', async () => {
    for (const token of ['', 'a token', randomId()]) {
      expect((await refusalOf(on.confirm(token, MIXED))).code).toBe('IMPORT.DRY_RUN_UNKNOWN');
    }
    const { token, expiresAt } = await on.dryRun(MIXED);
    on.now = () => expiresAt;
    expect((await refusalOf(on.confirm(token, MIXED))).code).toBe('IMPORT.DRY_RUN_UNKNOWN');
    on.now = () => instantFromMillis(millisOf(expiresAt) - 1);
    expect(await on.confirm(token.toUpperCase(), MIXED)).toMatchObject({ new: 3 });
  });

  it('always does what the dry run said, or is refused because something happened in between', async () => {
    const some = fc.uniqueArray(fc.integer({ min: 0, max: 5 }), { maxLength: 6 });
    const names = fc.constantFrom('a', 'b');
    let turn = 0;
    await fc.assert(
      fc.asyncProperty(some, some, some, names, names, async (before, tried, between, one, other) => {
        const urn = (at: number): number => 200_000 + turn * 10 + at;
        turn += 1;
        const of = (urns: readonly number[], name: string): string =>
          file(row(100_000, String(turn)), ...urns.map((at) => row(urn(at), name)));
        await on.importNow(of(before, one));
        const content = of(tried, other);
        const said = await on.dryRun(content);
        const head = await on.countEvents();
        if (between.length > 0) await on.importNow(file(...between.map((at) => row(urn(at), one))));
        const meantime = (await on.countEvents()) - head;
        const touched = between.some((at) => tried.includes(at) && !before.includes(at));
        const done = await on.confirm(said.token, content).catch((error: RefusalError) => error);
        if (done instanceof RefusalError)
          expect([done.code, touched]).toEqual(['IMPORT.CHANGED_SINCE_DRY_RUN', true]);
        else {
          expect(touched).toBe(false);
          expect((await on.countEvents()) - head - meantime).toBe(said.new + said.changed);
          expect(await on.dryRun(content)).toMatchObject({ new: 0, changed: 0, unchanged: tried.length + 1 });
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe('an import without a dry run', () => {
  it('is all of the file or nothing, as before', async () => {
    const refused = await refusalOf(on.importNow(MIXED));
    expect(refused.refusal.details).toMatchObject({ problemCount: 2 });
    expect(await on.countEvents()).toBe(0);
    const whole = await readFile(resolve('test/fixtures/gias/full-width.csv'), 'utf8');
    expect(await on.importNow(whole)).toMatchObject({ registered: 12 });
  });
});
