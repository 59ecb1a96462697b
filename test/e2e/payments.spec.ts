// From a released tranche to the account and back: who may, what the bank is told, and what it answers.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ops, type Answer, type Client } from './api-process.js';
import { Installation } from './installation.js';
import { done, drawDownFirst, importRegister, peopleOf, programme, type People } from './scenario.js';

const URNS = ['198001', '198002'] as const;
const [URN, OTHER] = URNS;
const ROOT = '/api/v1/programmes/paid';
const RUNS = `${ROOT}/payment-runs`;
let installation: Installation;
let people: People;
let maker: Client;
let releaser: Client;
let verifier: Client;
const cli = (...args: string[]) => ops(installation.folder.path, args, installation.environment);
const details = { accountName: 'HANDFORD HALL', sortCode: '12-34-56', accountNumber: '12345678' };

async function payeeOf(urn: string, given: object = details): Promise<string> {
  done(await people.operations.post(`/api/v1/settings/${urn}/payee/enter`, given));
  return String(done(await verifier.get(`/api/v1/settings/${urn}/payee`)).body.reference);
}
const verify = async (urn: string, reference: string): Promise<Answer> =>
  verifier.post(`/api/v1/settings/${urn}/payee/verify`, { reference });
const respond = (run: number, csv: string, file = `answer-${run}.csv`): Promise<Answer> =>
  maker.send('POST', `${RUNS}/${run}/bank-response?file=${file}`, {
    raw: csv,
    headers: { 'content-type': 'text/csv' },
  });
const newest = async () =>
  (done(await people.auditor.get(RUNS)).body as unknown as { run: number; file: { sha256: string } }[])[0]!;
const amount = '4920.00';

beforeAll(async () => {
  installation = await Installation.open();
  people = await peopleOf(installation.api);
  [maker, releaser, verifier] = (await Promise.all(
    ['mia', 'ron', 'vera'].map((subject) => installation.api.as(subject, 'payer')),
  )) as [Client, Client, Client];
  await importRegister(people, URNS);
  done(await people.operations.post('/api/v1/programmes', programme('paid', 20_000_000)));
  for (const urn of URNS) await drawDownFirst(people, ROOT, urn);
});
afterAll(() => installation.close());

describe('a payee', () => {
  it('is verified by another person, shown masked, and in no event', async () => {
    const bad = await people.operations.post(`/api/v1/settings/${URN}/payee/enter`, {
      ...details,
      sortCode: '12345',
    });
    expect([bad.status, bad.body.code, bad.body.field]).toEqual([400, 'PAYEE.MALFORMED', 'sortCode']);
    const reference = await payeeOf(URN);
    const own = await (
      await installation.api.as('olive', 'payer')
    ).post(`/api/v1/settings/${URN}/payee/verify`, { reference });
    expect([own.status, own.body.code]).toEqual([403, 'PAYEE.SAME_PERSON']);
    done(await verify(URN, reference));
    const shown = done(await people.auditor.get(`/api/v1/settings/${URN}/payee`)).body;
    expect(shown).toMatchObject({
      ...{ status: 'verified', enteredBy: 'olive', lookedAtBy: 'vera' },
      details: { accountName: 'HANDFORD HALL', sortCode: '**-**-56', accountNumber: '****5678' },
    });
    const events = await cli('events', '--stream', `payee-${URN}`);
    expect(events.stdout).toContain('PayeeDetailsVerified');
    expect(events.stdout).not.toMatch(/12345678|123456[^0-9a-f]|HANDFORD/);
    expect(done(await people.setting.get(`/api/v1/settings/${URN}/payee`)).body).toEqual(shown);
  });
});

describe('a payment run', () => {
  it('holds what is ready, and says what it left out and why; who signed for a tranche makes none', async () => {
    const signer = await installation.api.as('ada', 'payer');
    const refused = await signer.post(RUNS, {});
    expect([refused.status, refused.body.code]).toEqual([403, 'PAYMENT_RUN.SIGNED_TRANCHE']);
    const named = await maker.post(RUNS, { tranches: [`paid.${OTHER}.1`] });
    expect([named.status, named.body.code, named.body.field]).toEqual([
      409,
      'PAYMENT_RUN.NOT_PAYABLE',
      'tranches',
    ]);
    const made = done(await maker.post(RUNS, {})).body;
    expect(made.leftOut).toEqual([
      { trancheId: `paid.${OTHER}.1`, because: `no payee details have been entered for setting ${OTHER}` },
    ]);
    const early = await maker.get(`${RUNS}/1/file`);
    expect([early.status, early.body.code]).toEqual([409, 'PAYMENT_RUN.NOT_RELEASED']);
    expect((await people.auditor.get(`${RUNS}/1/file`)).status).toBe(403);
  });

  it('is released by somebody who neither made it nor signed for it, and not once a payee has changed', async () => {
    const { file } = await newest();
    const release = (who: Client, fileSha256 = file.sha256) => who.post(`${RUNS}/1/release`, { fileSha256 });
    expect((await release(maker)).body.code).toBe('PAYMENT_RUN.SAME_PERSON');
    expect((await release(releaser, '0'.repeat(64))).body.code).toBe('PAYMENT_RUN.ANOTHER_FILE');
    const reference = await payeeOf(URN, { ...details, accountNumber: '87654321' });
    const changed = await release(releaser);
    expect([changed.status, changed.body.code]).toEqual([409, 'PAYMENT_RUN.PAYEE_CHANGED']);
    done(await maker.post(`${RUNS}/1/discard`, { reason: 'another account' }));
    expect((await maker.post(RUNS, {})).body.code).toBe('PAYMENT_RUN.EMPTY');
    done(await verify(URN, reference));
    done(await verify(OTHER, await payeeOf(OTHER)));
    done(await maker.post(RUNS, {}));
    const second = await newest();
    const released = await cli(
      'payment-run',
      'release',
      'paid',
      '2',
      '--sha256',
      second.file.sha256,
      '--as',
      'ron',
      '--role',
      'payer',
    );
    expect(released).toMatchObject({ code: 0, stdout: expect.stringContaining('PaymentRunReleased') });
    const file2 = await maker.get(`${RUNS}/2/file`);
    expect(String(file2.body).split('\r\n')).toEqual([
      'sort code,account number,account name,amount,reference',
      `123456,87654321,HANDFORD HALL,${amount},R2-${URN}-1`,
      `123456,12345678,HANDFORD HALL,5160.00,R2-${OTHER}-1`,
      '',
    ]);
    expect((await cli('payment-run', 'file', 'paid', '2', '--role', 'payer')).stdout).toBe(file2.body);
    expect((await cli('payments', 'paid')).stdout).toMatch(
      /instructed +bank: pay tranche 1 of run 2, and say so, since \S+, until \d{4}-\d\d-\d\d /,
    );
    const list = await cli('payment-run', 'list', 'paid');
    expect(list.stdout).toMatch(/2\s+released\s+mia\s+ron[\s\S]*1\s+discarded\s+mia\s+mia/);
  });
});

describe("the bank's answer", () => {
  const header = 'reference,amount,status,reason';
  const toClearUp =
    'ask the bank, and import its corrected answer; or, once all of it has come back, reverse the payment to failed';
  const failedOf = (check: string): string =>
    `follow up the failed payment of tranche 1 (account closed): ${check}pay it again`;

  it('with another amount is a difference to be cleared up with the bank, and nothing is paid or closed by it', async () => {
    const csv = `${header}\nR2-${URN}-1,4902.00,settled,\n`;
    const taken = done(await respond(2, csv, 'first.csv')).body;
    const said = `the bank says that it paid £4,902.00 for R2-${URN}-1 of run 2, and £4,920.00 was instructed`;
    const says = `${said}: ${toClearUp}`;
    expect(taken).toMatchObject({
      events: [{ type: 'BankResponseImported' }, { type: 'PaymentAmountDiffered' }],
      differing: [{ row: 2, trancheId: `paid.${URN}.1`, answeredPence: 490_200, says }],
    });
    expect(done(await respond(2, csv)).body).toMatchObject({ events: [], differing: taken.differing });
    const differing = {
      trancheId: `paid.${URN}.1`,
      sentPence: 492_000,
      settledPence: 490_200,
      difference: says,
    };
    expect(done(await people.auditor.get(`${ROOT}/reconciliation`)).body).toMatchObject({
      ...{ sentPence: 1_008_000, settledPence: 490_200, agrees: false },
      differences: [differing, { trancheId: `paid.${OTHER}.1`, settledPence: 0 }],
    });
    const seen = `?atLeast=${String(taken.position)}`;
    const listed = done(await people.operations.get(`${ROOT}/work-lists/payer${seen}`)).body;
    expect(listed).toMatchObject({ items: [{ kind: 'payment', action: 'clear-up-payment', urn: URN }] });
    expect(listed).toMatchObject({ items: [{ toDo: expect.stringContaining(said) }] });
    expect(done(await people.auditor.get(`${ROOT}/payments${seen}&status=instructed`)).body).toMatchObject([
      { urn: URN, next: 'payer', differs: { answeredPence: 490_200, failedBecause: null } },
      { urn: OTHER, next: 'bank', differs: null },
    ]);
    const ledger = done(await people.auditor.get(`${ROOT}/ledger${seen}`)).body;
    expect(ledger).toMatchObject({ instructedPence: 1_008_000, settledPence: 0 });
    const again = await maker.post(RUNS, { tranches: [`paid.${URN}.1`] });
    expect(again.body).toMatchObject({ code: 'PAYMENT_RUN.NOT_PAYABLE' });
    const reason = { reason: 'over' };
    const closing = await people.approver.post(`${ROOT}/allocations/${URN}/close`, reason);
    expect(closing.body).toMatchObject({
      code: 'ALLOCATION.UNFINISHED',
      detail: expect.stringContaining('tranche 1'),
    });
    const ending = await people.operations.post(`${ROOT}/close`, reason);
    expect(ending.body.detail).toContain('the bank has answered with another amount than was instructed');
  });

  it('that differs says so at the command line, and differs anew in another file', async () => {
    const path = join(installation.folder.path, 'second.csv');
    await writeFile(path, `${header}\nR2-${URN}-1,4920.01,failed,no such account\n`);
    const said = `the bank says that it did not pay £4,920.01 (no such account)`;
    const imported = await cli(
      ...['bank-response', 'import', 'paid', '2', path, '--as', 'mia', '--role', 'payer'],
    );
    expect(imported).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`stays instructed: ${said} for`),
    });
    expect((await cli('payments', 'paid')).stdout).toMatch(
      /instructed\s+payer: clear up with the bank .* the bank says that it did not pay/,
    );
    const explained = (await cli('explain', 'payment', `paid.${URN}.1`)).stdout;
    for (const says of [
      `is instructed (run 2, attempt 1), and ${said}`,
      'it paid £4,902.00',
      'first.csv, row 2',
    ])
      expect(explained).toContain(says);
    expect((await cli('work', 'paid', 'payer')).stdout).toContain(`bank-response import paid 2 FILE`);
  });

  it('is taken whole or not at all, and the same file again writes nothing', async () => {
    const wrong = await respond(
      2,
      `${header}\nR2-${URN}-1,${amount},settled,\nR9-${URN}-1,${amount},settled,\n`,
    );
    expect([wrong.status, wrong.body.code]).toEqual([400, 'BANK_RESPONSE.ROW']);
    const unread = await respond(2, `${header}\nR2-${URN}-1,a lot,settled,\nR2-${OTHER}-1,${amount},lost,\n`);
    expect(unread.body.detail).toMatch(/row 2:[\s\S]*row 3:/);
    const csv = `${header}\nR2-${URN}-1,${amount},settled,\nR2-${OTHER}-1,5160.00,rejected,account closed\n`;
    const taken = done(await respond(2, csv)).body;
    expect((taken.events as { type: string }[]).map(({ type }) => type)).toEqual([
      ...['BankResponseImported', 'PaymentSettled', 'PaymentFailed'],
    ]);
    expect(done(await respond(2, csv)).body.events).toEqual([]);
    const reconciled = done(await people.auditor.get(`${ROOT}/reconciliation`)).body;
    expect(reconciled).toMatchObject({
      ...{ approvedPence: 1_008_000, sentPence: 492_000, settledPence: 492_000, agrees: false },
      differences: [{ trancheId: `paid.${OTHER}.1`, difference: 'failed in run 2: account closed' }],
    });
    const list = done(
      await people.operations.get(`${ROOT}/work-lists/payer?atLeast=${String(taken.position)}`),
    ).body;
    expect(list.items).toMatchObject([
      { kind: 'payment', toDo: failedOf('check the payee details, which have not changed since, and ') },
    ]);
    // The same on the list of all payments as on the work list.
    expect((await cli('payments', 'paid')).stdout).toMatch(
      /failed +payer: follow up the failed payment of tranche 1 \(account closed\): .*pay it again, since \d{4}-\d\d-\d\d/,
    );
  });

  it('that was a failure is to be followed up knowing why, and whether it would go to the same account again', async () => {
    done(await verify(OTHER, await payeeOf(OTHER, { ...details, accountNumber: '12345679' })));
    const list = await cli('work', 'paid', 'payer', '--json');
    expect(JSON.parse(list.stdout)).toMatchObject({ items: [{ kind: 'payment', toDo: failedOf('') }] });
  });

  it('that was a failure leads to a second payment, never to a second of what was paid', async () => {
    const made = await cli('payment-run', 'make', 'paid', '--as', 'mia', '--role', 'payer', '--json');
    expect(JSON.parse(made.stdout)).toMatchObject({ leftOut: [] });
    const { run, file } = await newest();
    done(await releaser.post(`${RUNS}/${run}/release`, { fileSha256: file.sha256 }));
    expect((await maker.post(RUNS, {})).body.code).toBe('PAYMENT_RUN.EMPTY');
    const path = join(installation.folder.path, 'answer-3.csv');
    await writeFile(path, `${header}\nR3-${OTHER}-1,"5,160.00",Paid,\n`);
    const imported = await cli(
      'bank-response',
      'import',
      'paid',
      '3',
      path,
      '--as',
      'mia',
      '--role',
      'payer',
    );
    expect(imported.code).toBe(0);
    const payments = await cli('payments', 'paid');
    expect(payments.stdout).toMatch(
      new RegExp(`paid\\.${OTHER}\\.1\\s+School ${OTHER}\\s+3\\s+2\\s+settled`),
    );
    expect((await cli('reconcile', 'paid')).stdout).toContain('They agree, tranche by tranche.');
    expect((await cli('check-ledger', 'paid')).code).toBe(0);
  });

  it('that did not hold is reversed, by an event that names it, and the ledger follows', async () => {
    const reverse = { becomes: 'failed', reason: "returned by the payee's bank" };
    const outcome = done(await maker.post(`${ROOT}/payments/paid.${OTHER}.1/reverse`, reverse)).body;
    const ledger = done(await people.auditor.get(`${ROOT}/ledger?atLeast=${String(outcome.position)}`)).body;
    expect(ledger).toMatchObject({
      releasedPence: 1_008_000,
      instructedPence: 492_000,
      settledPence: 492_000,
    });
    const settled = await cli('explain', 'ledger', 'paid', 'settled');
    expect(settled.stdout).toContain("was reversed: returned by the payee's bank");
    const explained = await cli('explain', 'payment', `paid.${OTHER}.1`);
    for (const says of [
      'is failed (run 3, attempt 2)',
      "That the bank had paid it was reversed, and it counts as failed: returned by the payee's bank",
      'was not paid: account closed',
      'answer-2.csv, row 3',
      'verified by another person, by vera',
      `Tranche 1, £5,160.00 for School ${OTHER} (${OTHER}), was released, by pat`,
    ]) {
      expect(explained.stdout).toContain(says);
    }
    const instructed = await cli('explain', 'ledger', 'paid', 'instructed', '--urn', OTHER);
    expect(instructed.stdout).toMatch(
      /payment run 3 was released.*\n.*\n    because The payment of tranche paid\.\d+\.1 is failed/,
    );
    const none = await people.auditor.get(`/api/v1/tranches/paid.${OTHER}.2/payment/explanation`);
    expect([none.status, none.body.code]).toEqual([404, 'PAYMENT.UNKNOWN']);
    const again = await maker.post(`${ROOT}/payments/paid.${URN}.1/reverse`, {
      ...reverse,
      becomes: 'instructed',
    });
    expect([again.status, again.body.code]).toEqual([409, 'PAYMENT.NOT_REVERSIBLE']);
  });
});
