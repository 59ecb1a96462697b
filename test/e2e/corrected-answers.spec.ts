// The bank names another amount than it was told to pay: its corrected answer repeats the whole run, or all of it comes back.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ops, type Answer, type Client } from './api-process.js';
import { Installation } from './installation.js';
import { done, drawDownFirst, importRegister, peopleOf, programme, type People } from './scenario.js';

const [URN, OTHER] = ['198101', '198102'] as const;
const ROOT = '/api/v1/programmes/corrected';
const RUNS = `${ROOT}/payment-runs`;
const TRANCHE = `corrected.${URN}.1`;
const HEADER = 'reference,amount,status,reason';
let installation: Installation;
let people: People;
let maker: Client;
let releaser: Client;
const cli = (...args: string[]) => ops(installation.folder.path, args, installation.environment);
const asPayer = ['--as', 'mia', '--role', 'payer'];

const respond = (run: number, file: string, rows: readonly string[]): Promise<Answer> =>
  maker.send('POST', `${RUNS}/${run}/bank-response?file=${file}`, {
    raw: `${[HEADER, ...rows].join('\n')}\n`,
    headers: { 'content-type': 'text/csv' },
  });
const typesOf = ({ body }: Answer): readonly string[] =>
  (body.events as { type: string }[]).map(({ type }) => type);

/** Makes a run of what is ready, and releases it: its number. */
async function runOfAll(): Promise<number> {
  done(await maker.post(RUNS, {}));
  const runs = done(await people.auditor.get(RUNS)).body as unknown as {
    run: number;
    file: { sha256: string };
  }[];
  const { run, file } = runs[0]!;
  done(await releaser.post(`${RUNS}/${run}/release`, { fileSha256: file.sha256 }));
  return run;
}

beforeAll(async () => {
  installation = await Installation.open();
  people = await peopleOf(installation.api);
  let verifier: Client;
  [maker, releaser, verifier] = (await Promise.all(
    ['mia', 'ron', 'vera'].map((subject) => installation.api.as(subject, 'payer')),
  )) as [Client, Client, Client];
  await importRegister(people, [URN, OTHER]);
  done(await people.operations.post('/api/v1/programmes', programme('corrected', 20_000_000)));
  for (const urn of [URN, OTHER]) {
    await drawDownFirst(people, ROOT, urn);
    const details = { accountName: 'HANDFORD HALL', sortCode: '12-34-56', accountNumber: '12345678' };
    done(await people.operations.post(`/api/v1/settings/${urn}/payee/enter`, details));
    const { reference } = done(await verifier.get(`/api/v1/settings/${urn}/payee`)).body;
    done(await verifier.post(`/api/v1/settings/${urn}/payee/verify`, { reference: String(reference) }));
  }
  await runOfAll();
});
afterAll(() => installation.close());

describe("the bank's answer of another amount", () => {
  const failed = `R1-${OTHER}-1,5160.00,rejected,account closed`;
  const reverse = ['payment', 'reverse', 'corrected', TRANCHE, '--becomes', 'failed', '--reason', 'returned'];

  it('is told at the command line again for as long as it stands, and no longer', async () => {
    const path = join(installation.folder.path, 'first.csv');
    await writeFile(path, `${HEADER}\nR1-${URN}-1,4902.00,settled,\n${failed}\n`);
    const first = await cli('bank-response', 'import', 'corrected', '1', path, ...asPayer);
    expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining('PaymentAmountDiffered') });
    const again = await cli('bank-response', 'import', 'corrected', '1', path, ...asPayer);
    expect(again.stdout).toContain('Already so: nothing was written to payments-corrected.');
    expect(again.stdout).toContain(
      `Row 2, ${TRANCHE}, stays instructed: the bank says that it paid £4,902.00`,
    );
    expect(again.stdout).toContain('once all of it has come back');
    const work = await cli('work', 'corrected', 'payer');
    expect(work.stdout).toContain(`payment reverse corrected ${TRANCHE} --becomes failed --reason TEXT`);
  });

  it('is ended by the payer once all of it has come back, and the tranche is paid in another run', async () => {
    const reversed = await cli(...reverse, ...asPayer);
    expect(reversed).toMatchObject({ code: 0, stdout: expect.stringContaining('PaymentFailed') });
    expect((await cli(...reverse, ...asPayer)).stdout).toContain('Already so');
    const again = await respond(1, 'first.csv', [`R1-${URN}-1,4902.00,settled,`, failed]);
    expect(done(again).body).toMatchObject({ events: [], differing: [] });
    const because = 'came back after the bank named another amount: returned';
    const explained = (await cli('explain', 'payment', TRANCHE)).stdout;
    expect(explained).toContain('is failed (run 1, attempt 1)');
    expect(explained).toContain(`R1-${URN}-1 of run 1, £4,920.00, did not arrive: ${because}`);
    expect(explained).toContain('the bank says that it paid £4,902.00');
    expect(explained).not.toContain('The bank said that');
    const figure = await cli('explain', 'ledger', 'corrected', 'instructed', '--urn', URN);
    expect(figure.stdout).toContain(`the payment of tranche 1 of ${URN}, in run 1, failed: ${because}`);
    expect(done(await people.auditor.get(`${ROOT}/ledger`)).body).toMatchObject({ instructedPence: 0 });
    expect(await runOfAll()).toBe(2);
  });

  it('is corrected by a file that repeats the whole run, of which only what is new counts', async () => {
    const [paid, other] = [`R2-${URN}-1,4920.00,settled,`, `R2-${OTHER}-1`];
    const first = done(await respond(2, 'second.csv', [paid, `${other},5106.00,settled,`]));
    expect(typesOf(first)).toEqual(['BankResponseImported', 'PaymentSettled', 'PaymentAmountDiffered']);
    const wrong = await respond(2, 'wrong.csv', [
      `R2-${URN}-1,4920.00,failed,returned`,
      `${other},5160.00,settled,`,
    ]);
    expect(wrong.body).toMatchObject({ code: 'BANK_RESPONSE.ROW', detail: expect.stringContaining('row 2') });
    const corrected = done(await respond(2, 'corrected.csv', [paid, `${other},5160.00,settled,`]));
    expect(typesOf(corrected)).toEqual(['BankResponseImported', 'PaymentSettled']);
    expect(corrected.body).toMatchObject({ differing: [] });
    const same = done(await respond(2, 'same.csv', [`${other},5160.00,paid,`, paid]));
    expect(typesOf(same)).toEqual(['BankResponseImported']);
    expect((await cli('reconcile', 'corrected')).stdout).toContain('They agree, tranche by tranche.');
    expect((await cli('check-ledger', 'corrected')).code).toBe(0);
  });
});
