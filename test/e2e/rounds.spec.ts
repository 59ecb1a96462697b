// Allocation rounds as operations run them: at the command line, and over HTTP with the server killed in the middle.
import { formatPence } from '#kernel';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ops, temporaryFolder, type Answer } from './api-process.js';
import { onServers } from './engines.js';
import { Installation } from './installation.js';
import {
  agreement,
  done,
  dueDiligence,
  fraudRisk,
  importRegister,
  peopleOf,
  programme,
  register,
  signing,
  type People,
} from './scenario.js';

const BUDGET = 12_000_000;
const sharing = (id: string, budgetPence = BUDGET) => ({
  ...programme(id, budgetPence),
  policy: { kind: 'share-of-budget', floorPence: 1_000_000, capPence: 5_000_000 },
});

interface Simulation {
  readonly hash: string;
  readonly totalPence: number;
  readonly leftPence: number;
  readonly settings: readonly { urn: string; fte: string; unclampedPence: number; amountPence: number }[];
}
interface LedgerBody {
  readonly committedPence: number;
  readonly availablePence: number;
  readonly settings: readonly {
    urn: string;
    status: string;
    allocatedPence: number;
    reservedPence: number;
  }[];
}
const sumOf = (amounts: readonly number[]): number => amounts.reduce((sum, amount) => sum + amount, 0);

describe('a round at the command line', () => {
  const URNS = Array.from({ length: 4 }, (_, index) => String(150_001 + index));
  const FIRST = URNS[0]!;
  let now: Simulation;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  const run = (...args: string[]) => ops(folder.path, args);
  const json = async <T>(...args: string[]): Promise<T> => {
    const { code, stdout, stderr } = await run(...args, '--json');
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as T;
  };
  const refusedBy = async (...args: string[]): Promise<{ code: string; message: string }> => {
    const { code, stderr } = await run(...args, '--json');
    expect(code).toBe(1);
    return (JSON.parse(stderr) as { error: { code: string; message: string } }).error;
  };
  const file = async (name: string, content: string): Promise<string> => {
    const path = join(folder.path, name);
    await writeFile(path, content);
    return path;
  };

  const check = async (urn: string, programmeId = 'ipswich'): Promise<void> => {
    const diligence = await file('diligence.json', JSON.stringify(dueDiligence));
    await json('participation', 'due-diligence', programmeId, urn, diligence, '--as', 'dan');
    const risk = await file('risk.json', JSON.stringify(fraudRisk));
    await json('participation', 'fraud-risk', programmeId, urn, risk, '--as', 'fay');
  };

  beforeAll(async () => {
    folder = await temporaryFolder();
    const { gias, workforce } = register(URNS);
    await json('import', 'settings', await file('gias.csv', gias));
    await json('import', 'workforce', await file('census.csv', workforce));
    await json('programme', 'create', await file('programme.json', JSON.stringify(sharing('ipswich'))));
    await json('enrol', 'ipswich', ...URNS);
  });
  afterAll(() => folder.remove());

  it('uses the whole budget, and is adopted by the hash of what was seen', async () => {
    const seen = await json<Simulation>('round', 'simulate', 'ipswich');
    expect(seen).toMatchObject({
      ...{ hash: expect.stringMatching(/^[0-9a-f]{64}$/), totalPence: BUDGET, leftPence: 0 },
    });
    expect(seen.settings.map(({ urn }) => urn)).toEqual(URNS);
    expect(sumOf(seen.settings.map(({ amountPence }) => amountPence))).toBe(BUDGET);
    expect(await json<Simulation>('round', 'simulate', 'ipswich')).toEqual(seen);
    const { stdout } = await run('round', 'simulate', 'ipswich', '--as', 'ada');
    expect(stdout.trimEnd()).toMatch(
      new RegExp(`round adopt ipswich --hash ${seen.hash} --data ${folder.path} --as ada$`),
    );

    const corrected = await file('corrected.csv', `school_urn,teachers_fte\n${FIRST},33.3\n`);
    await json('import', 'workforce', corrected);
    const stale = await refusedBy('round', 'adopt', 'ipswich', '--hash', seen.hash);
    expect(stale).toMatchObject({
      code: 'ROUND.INPUTS_CHANGED',
      message: expect.stringContaining('simulate it again'),
    });

    await check(FIRST);
    expect(await refusedBy('offer', 'make', 'ipswich', FIRST)).toMatchObject({
      code: 'ALLOCATION.BY_ROUND_ONLY',
    });
    now = await json<Simulation>('round', 'simulate', 'ipswich');
    for (const hash of ['deadbeef', '', `${now.hash}0`]) {
      expect(await refusedBy('round', 'adopt', 'ipswich', '--hash', hash)).toMatchObject({
        ...{ code: 'ROUND.HASH', field: 'hash' },
        message: expect.stringContaining('64 hexadecimal digits'),
      });
    }
    // However it was copied.
    const adopted = await run('round', 'adopt', 'ipswich', '--hash', now.hash.toUpperCase());
    expect(adopted).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('3 wait with the money set aside'),
    });
    const ledger = await json<LedgerBody>('ledger', 'ipswich');
    expect(ledger).toMatchObject({ committedPence: BUDGET, availablePence: 0 });
  });

  it('that was broken off tells the offers still to be made from those that wait, and how it goes on', async () => {
    await json('programme', 'create', await file('halted.json', JSON.stringify(sharing('halted'))));
    await json('enrol', 'halted', ...URNS);
    await check(FIRST, 'halted');
    const { hash } = await json<Simulation>('round', 'simulate', 'halted');
    const adopt = ['round', 'adopt', 'halted', '--hash', hash];
    const broken = await run(...adopt, '--without-waiting');
    expect(broken.stdout).toContain('1 still to be offered');
    expect(broken.stdout).toContain('3 wait with the money set aside');
    expect(broken.stdout).toContain(`round adopt halted --hash ${hash}`);
    const [row] = await json<object[]>('rounds', 'halted', '--without-waiting');
    expect(row).toMatchObject({ offered: 0, toOffer: 1, waiting: 3 });
    const whole = await run(...adopt);
    expect(whole.stdout).not.toContain('still to be offered');
    expect((await json<object[]>('rounds', 'halted'))[0]).toMatchObject({
      offered: 1,
      toOffer: 0,
      waiting: 3,
    });
  });

  it('is on the ledger while its offers wait, so that what is on the screen adds up', async () => {
    const { stdout } = await run('ledger', 'ipswich');
    const offered = now.settings[0]!.amountPence;
    const [kept, waits, all] = [offered, BUDGET - offered, BUDGET].map(formatPence);
    const nothing = String.raw`(?: +£0\.00){3} +`;
    for (const line of [
      `committed  ${all}  (accepted £0.00, reserved for offers ${all})`,
      new RegExp(String.raw`^${FIRST} .* offered +enrolled +${kept} +${kept}${nothing}${kept} *$`, 'm'),
      new RegExp(String.raw`^ +Set aside for a round +reserved +£0\.00 +${waits}${nothing}£0\.00 *$`, 'm'),
      new RegExp(String.raw`^TOTAL +.*${kept} +${all}${nothing}${kept} *$`, 'm'),
      new RegExp(String.raw`^TOTAL +${all}${nothing}£0\.00 +${all} +£0\.00 *$`, 'm'),
    ]) {
      if (typeof line === 'string') expect(stdout).toContain(line);
      else expect(stdout).toMatch(line);
    }
    const csv = (await run('ledger', 'ipswich', '--csv', 'setting')).stdout;
    expect(csv).toContain(`Set aside for a round,reserved,,0.00,0.00,${(BUDGET - offered) / 100}`);
  });

  it('adopted again changes nothing; another one has nobody to allocate to', async () => {
    const again = await run('round', 'adopt', 'ipswich', '--hash', now.hash);
    expect(again).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('This round was adopted already.'),
    });
  });

  it('makes the offers that waited once the settings are checked, and frees the money of one that left', async () => {
    await check(URNS[1]!);
    await check(URNS[2]!);
    const [going] = await json<{ status: string; offered: number }[]>('rounds', 'ipswich');
    expect(going).toMatchObject({ status: 'offering', offered: 3 });
    await json('participation', 'withdraw', 'ipswich', URNS[3]!, '--reason', 'it merges');
    const [done] = await json<{ reasons: object[] }[]>('rounds', 'ipswich');
    const missed = now.settings[3]!.amountPence;
    expect(done).toMatchObject({
      ...{ status: 'reconciled', offered: 3, notOffered: 1, freedPence: missed },
      reasons: [{ urn: URNS[3], reason: expect.stringContaining('nothing is offered to it any more') }],
    });
    const ledger = await json<LedgerBody>('ledger', 'ipswich');
    expect(ledger).toMatchObject({ committedPence: BUDGET - missed, availablePence: missed });
    expect(ledger.settings.slice(0, 3).map(({ allocatedPence }) => allocatedPence)).toEqual(
      now.settings.slice(0, 3).map(({ amountPence }) => amountPence),
    );
    expect(await refusedBy('round', 'simulate', 'ipswich')).toMatchObject({ code: 'ROUND.NOBODY' });
  });

  it('is committed as its offers are accepted, and explained down to the file', async () => {
    // Neither the round nor its offers wait for the agreement; who accepts one does.
    expect(await refusedBy('offer', 'accept', 'ipswich', FIRST)).toMatchObject({
      code: 'ALLOCATION.AGREEMENT_NOT_ISSUED',
    });
    await json('agreement', 'issue', 'ipswich', await file('agreement.json', JSON.stringify(agreement)));
    expect(await refusedBy('offer', 'accept', 'ipswich', FIRST)).toMatchObject({
      code: 'ALLOCATION.AGREEMENT_NOT_SIGNED',
    });
    const signed = await file('signing.json', JSON.stringify(signing));
    await json('participation', 'sign-agreement', 'ipswich', FIRST, signed);
    await json('offer', 'accept', 'ipswich', FIRST);
    const ledger = await json<LedgerBody & { confirmedPence: number }>('ledger', 'ipswich');
    const accepted = ledger.settings.find(({ urn }) => urn === FIRST)!;
    expect(accepted).toMatchObject({ status: 'accepted', reservedPence: 0 });
    expect(ledger).toMatchObject({ confirmedPence: accepted.allocatedPence });
    const { stdout } = await run('explain', 'tranche', `ipswich.${FIRST}.1`);
    expect(stdout).toMatch(
      /33\.3 full-time equivalent teachers at about £[\d,.]+ \(what round 1 came to\) each/,
    );
    expect(stdout).toContain('Allocation round 1 was adopted: £120,000.00 for 4 settings, £0.00 left');
    expect(stdout).toContain('from row 2 of corrected.csv');
  });

  it('has its money back when an offer is declined, and may offer it again in another round', async () => {
    await json('offer', 'decline', 'ipswich', URNS[1]!, '--reason', 'no time this year');
    const ledger = await json<LedgerBody>('ledger', 'ipswich');
    const freed = now.settings[3]!.amountPence + now.settings[1]!.amountPence;
    expect(ledger).toMatchObject({ availablePence: freed, committedPence: BUDGET - freed });
    expect(ledger.settings[1]).toMatchObject({ status: 'enrolled', allocatedPence: 0, reservedPence: 0 });
    const second = await json<Simulation & { round: number }>('round', 'simulate', 'ipswich');
    expect(second).toMatchObject({ round: 2, totalPence: 5_000_000, leftPence: freed - 5_000_000 });
    await json('round', 'adopt', 'ipswich', '--hash', second.hash);
    const after = await json<LedgerBody>('ledger', 'ipswich');
    expect(after.settings[1]).toMatchObject({ status: 'offered', allocatedPence: 5_000_000 });
    expect(after.availablePence).toBe(freed - 5_000_000);
  });

  it('names the settings whose FTE is not known, and offers nothing', async () => {
    const { gias } = register(['160001', '160002']);
    await json('import', 'settings', await file('more.csv', gias));
    await json('import', 'workforce', await file('withheld.csv', 'school_urn,teachers_fte\n160001,x\n'));
    await json('programme', 'create', await file('second.json', JSON.stringify(sharing('second'))));
    await json('enrol', 'second', URNS[0]!, '160001', '160002');
    const refusal = await refusedBy('round', 'simulate', 'second');
    expect(refusal).toMatchObject({
      code: 'ROUND.FTE_UNKNOWN',
      message: expect.stringContaining("160001 (withheld as 'x'), 160002 (no figure)"),
    });
  });
});

describe('a round over HTTP, with the server killed while its offers are made', () => {
  // On servers a test's engines share two cores with it: fewer show the same.
  const COUNT = onServers ? 60 : 300;
  const URNS = Array.from({ length: COUNT }, (_, index) => String(170_001 + index));
  const LAST = URNS.at(-1)!;
  const rounds = '/api/v1/programmes/round/rounds';
  const budget = COUNT * 2_000_000;
  let installation: Installation;
  let people: People;
  beforeAll(async () => {
    installation = await Installation.open();
    people = await peopleOf(installation.api);
    await importRegister(people, URNS);
    done(await people.operations.post('/api/v1/programmes', sharing('round', budget)));
    for (let start = 0; start < URNS.length; start += 20) {
      const some = URNS.slice(start, start + 20);
      const enrol = (urn: string): Promise<Answer> =>
        people.operations.post('/api/v1/programmes/round/participations', { urn });
      (await Promise.all(some.map(enrol))).forEach(done);
      await Promise.all(some.filter((urn) => urn !== LAST).map(check));
    }
  });
  afterAll(() => installation.close());

  it('is finished by whoever comes after: every offer once, and the money to the penny', async () => {
    const seen = done(await people.operations.get(`${rounds}/simulation`)).body as Simulation;
    expect(seen).toMatchObject({ totalPence: budget, leftPence: 0 });
    const adopted = done(await people.operations.post(rounds, { hash: seen.hash.toUpperCase() })).body;
    expect(adopted.events).toMatchObject([{ type: 'AllocationRoundAdopted' }]);
    await until(async () => (await made()) > 0);
    await installation.killApi();
    await installation.startApi();
    people = await peopleOf(installation.api);
    const before = await made();
    await until(async () => (await made()) === COUNT - 1);
    expect(await roundNow()).toMatchObject({ status: 'offering', offered: COUNT - 1 });
    await check(LAST);
    await until(async () => (await roundNow()).status === 'reconciled');
    expect(await roundNow()).toMatchObject({
      offered: COUNT,
      notOffered: 0,
      offeredPence: budget,
      freedPence: 0,
    });
    // Otherwise the kill came too late to show anything.
    expect(before).toBeLessThan(COUNT - 1);

    await installation.api.ready();
    const ledger = done(await people.auditor.get('/api/v1/programmes/round/ledger')).body as LedgerBody;
    expect(ledger).toMatchObject({ committedPence: budget, availablePence: 0 });
    expect(ledger.settings.map(({ urn, allocatedPence }) => [urn, allocatedPence])).toEqual(
      seen.settings.map(({ urn, amountPence }) => [urn, amountPence]),
    );
  });

  it('is refused with a hash that is none, naming the field', async () => {
    const refused = await people.operations.post(rounds, { hash: 'x' });
    expect([refused.status, JSON.stringify(refused.body)]).toEqual([400, expect.stringContaining('hash')]);
    const setting = await installation.api.as('sam', 'setting', [LAST]);
    expect((await setting.post(rounds, { hash: 'a'.repeat(64) })).status).toBe(403);
  });

  async function roundNow(): Promise<{ status: string; offered: number }> {
    return (done(await people.auditor.get(rounds)).body as { status: string; offered: number }[])[0]!;
  }
  async function check(urn: string): Promise<void> {
    const part = `/api/v1/programmes/round/participations/${urn}`;
    done(await people.operations.post(`${part}/due-diligence`, dueDiligence));
    done(await people.approver.post(`${part}/fraud-risk`, fraudRisk));
  }
  async function made(): Promise<number> {
    return (done(await people.auditor.get(rounds)).body as { offered: number }[])[0]?.offered ?? 0;
  }
  async function until(reached: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 90_000;
    while (!(await reached())) {
      if (Date.now() > deadline) throw new Error('it did not come to that');
      await new Promise((wake) => setTimeout(wake, onServers ? 100 : 10));
    }
  }
});
