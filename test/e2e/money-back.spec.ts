// From a paid tranche back to the fund: claimed by two people, received, returned, and the allocation closed.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ops, type Client } from './api-process.js';
import { Installation } from './installation.js';
import { done, drawDownFirst, importRegister, peopleOf, programme, report, type People } from './scenario.js';

const URNS = ['198001', '198002'] as const;
const [URN, OTHER] = URNS;
const ROOT = '/api/v1/programmes/back';
const AT = `${ROOT}/allocations/${URN}`;
let installation: Installation;
let people: People;
let maker: Client;
const cli = (...args: string[]) => ops(installation.folder.path, args, installation.environment);

/** Tranche 1 of the first setting is paid; that of the other is released, and still to be paid. */
async function pay(): Promise<void> {
  const [releaser, verifier] = await Promise.all(
    ['ron', 'vera'].map((subject) => installation.api.as(subject, 'payer')),
  );
  const payee = { accountName: 'HANDFORD HALL', sortCode: '123456', accountNumber: '12345678' };
  done(await people.operations.post(`/api/v1/settings/${URN}/payee/enter`, payee));
  const { reference } = done(await verifier!.get(`/api/v1/settings/${URN}/payee`)).body;
  done(await verifier!.post(`/api/v1/settings/${URN}/payee/verify`, { reference }));
  done(await maker.post(`${ROOT}/payment-runs`, {}));
  const [run] = done(await maker.get(`${ROOT}/payment-runs`)).body as unknown as {
    file: { sha256: string };
  }[];
  done(await releaser!.post(`${ROOT}/payment-runs/1/release`, { fileSha256: run!.file.sha256 }));
  const raw = `reference,amount,status,reason\nR1-${URN}-1,4920.00,settled,\n`;
  const headers = { 'content-type': 'text/csv' };
  done(await maker.send('POST', `${ROOT}/payment-runs/1/bank-response?file=a.csv`, { raw, headers }));
}

beforeAll(async () => {
  installation = await Installation.open();
  people = await peopleOf(installation.api);
  maker = await installation.api.as('mia', 'payer');
  await importRegister(people, URNS);
  done(await people.operations.post('/api/v1/programmes', programme('back', 20_000_000)));
  for (const urn of URNS) await drawDownFirst(people, ROOT, urn);
  await pay();
});
afterAll(() => installation.close());

describe('money that was paid', () => {
  const claim = { amountPence: 200_000, reason: 'the training never took place' };

  it('is not asked back before it was paid, nor more of it than was', async () => {
    const unpaid = await people.operations.post(`${ROOT}/allocations/${OTHER}/tranches/1/reclaims`, claim);
    expect([unpaid.status, unpaid.body.code]).toEqual([409, 'RECLAIM.NOT_PAID']);
    const more = await people.operations.post(`${AT}/tranches/1/reclaims`, {
      ...claim,
      amountPence: 492_001,
    });
    expect([more.status, more.body.code, more.body.field]).toEqual([
      409,
      'RECLAIM.BEYOND_PAID',
      'amountPence',
    ]);
    const odd = await people.operations.post(`${AT}/tranches/1/reclaims`, { ...claim, amountPence: 0.5 });
    expect([odd.status, odd.body.field]).toEqual([400, 'amountPence']);
    expect((await people.setting.post(`${AT}/tranches/1/reclaims`, claim)).status).toBe(403);
  });

  it('is claimed by two people, and comes in against the claim', async () => {
    done(await people.operations.post(`${AT}/tranches/1/reclaims`, claim));
    const own = await (await installation.api.as('olive', 'approver')).post(`${AT}/reclaims/1/approve`, {});
    expect([own.status, own.body.code]).toEqual([403, 'RECLAIM.SECOND_SIGNATURE']);
    const approved = await cli('reclaim', 'approve', 'back', URN, '1', '--as', 'ada', '--role', 'approver');
    expect(approved).toMatchObject({ code: 0, stdout: expect.stringContaining('ReclaimApproved') });
    const list = done(await people.setting.get(`${ROOT}/work-lists/setting?urn=${URN}`)).body;
    expect(list.items).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'reclaim', toDo: 'pay back £2,000.00 of tranche 1' }),
      ]),
    );
    expect((await cli('reclaim', 'list', 'back')).stdout).toMatch(
      /approved +setting: pay back £2,000\.00 of tranche 1, since \d{4}-\d\d-\d\d/,
    );
    const part = { amountPence: 120_000, reference: 'BACS 1' };
    done(await maker.post(`${AT}/reclaims/1/receipts`, part));
    expect(done(await maker.post(`${AT}/reclaims/1/receipts`, part)).body.events).toEqual([]);
    const settlement = await cli('settlement', 'back', URN);
    for (const says of [
      /reclaimed\s+£1,200\.00/,
      /asked back\s+£800\.00/,
      /not accounted for\s+£2,920\.00/,
    ]) {
      expect(settlement.stdout).toMatch(says);
    }
    const early = await people.approver.post(`${AT}/close`, { reason: 'it has withdrawn' });
    expect([early.status, early.body.code]).toEqual([409, 'ALLOCATION.UNFINISHED']);
    const unsaid = await people.approver.post(`${AT}/reclaims/1/withdraw`, { reason: 'spent after all' });
    expect([unsaid.status, unsaid.body.field]).toEqual([400, 'outcome']);
    expect(await cli('reclaim', 'withdraw', 'back', URN, '1', '--reason', 'spent')).toMatchObject({
      code: 2,
    });
    const letGo = await cli(
      ...['reclaim', 'withdraw', 'back', URN, '1', '--outcome', 'let-go', '--reason', 'spent after all'],
      ...['--as', 'ada', '--role', 'approver'],
    );
    expect(letGo.code).toBe(0);
  });

  it('is returned, a receipt that was none is reversed, and the ledger follows', async () => {
    const given = { amountPence: 50_000, reference: 'BACS 2', reason: 'fewer teachers than planned' };
    done(await maker.post(`${AT}/tranches/1/returns`, given));
    const bounced = await cli(
      ...['receipt', 'reverse', 'back', URN, '2', '--reason', 'it bounced', '--as', 'mia', '--role', 'payer'],
    );
    expect(bounced.code).toBe(0);
    done(await maker.post(`${AT}/tranches/1/returns`, { ...given, reference: 'BACS 3' }));
    const list = await cli('reclaim', 'list', 'back');
    expect(list.stdout).toMatch(/let-go.*£2,000\.00\s+£1,200\.00\s+£0\.00/);
    const explained = await cli('explain', 'ledger', 'back', 'cost', '--urn', URN);
    const back = await cli('explain', 'ledger', 'back', 'back', '--urn', URN);
    expect(back.stdout).toContain('£1,700.00, the sum of');
    for (const says of [
      ...['reference BACS 1', 'receipt 2 of 198001 was reversed: it bounced', 'BACS 3'],
      ...['Reclaim 1 was approved by another person', 'was proposed: the training never took place'],
      'was put into payment run 1',
    ]) {
      expect(explained.stdout).toContain(says);
    }
  });

  it('keeps the allocation open until it is accounted for, and no more is asked back than is due', async () => {
    const left = 492_000 - 120_000 - 50_000 - 80_000;
    const early = await people.approver.post(`${AT}/close`, { reason: 'it has withdrawn' });
    expect([early.status, early.body.code]).toEqual([409, 'ALLOCATION.UNFINISHED']);
    expect(early.body.detail).toContain('£2,420.00 that was paid is neither accepted as spent nor back');
    const outstanding = await cli('programme', 'outstanding', 'back', '--json');
    expect(JSON.parse(outstanding.stdout)).toMatchObject({
      lines: expect.arrayContaining([
        expect.objectContaining({ what: 'spend-unaccounted', urn: URN, amountPence: left, next: 'setting' }),
      ]),
    });
    const settlement = await cli('settlement', 'back', URN);
    expect(settlement.stdout).toMatch(/let go\s+£800\.00/);
    // A report of some of it is accepted, and the rest let go by two people.
    done(await people.setting.post(`${ROOT}/settings/${URN}/reports/1/submit`, report));
    done(await people.approver.post(`${ROOT}/settings/${URN}/reports/1/accept`, {}));
    const spent = report.actions.reduce((sum, { spentPence }) => sum + spentPence, 0);
    const beyond = { amountPence: 322_000 - spent + 1, reason: 'too much' };
    const more = await people.operations.post(`${AT}/tranches/1/reclaims`, beyond);
    expect([more.status, more.body.code]).toEqual([409, 'RECLAIM.BEYOND_DUE']);
    const rest = { ...beyond, amountPence: left - spent };
    const wrong = { ...rest, amountPence: 1 };
    done(await people.operations.post(`${AT}/tranches/1/reclaims`, wrong));
    done(await people.approver.post(`${AT}/reclaims/2/approve`, {}));
    const mistake = { outcome: 'mistake', reason: 'it is more than a penny' };
    done(await people.operations.post(`${AT}/reclaims/2/withdraw`, mistake));
    // It is still to be accounted for, and asked for anew with the rest.
    done(await people.operations.post(`${AT}/tranches/1/reclaims`, rest));
    done(await people.approver.post(`${AT}/reclaims/3/approve`, {}));
    const seen = { outcome: 'let-go', reason: 'the invoices were seen' };
    done(await people.approver.post(`${AT}/reclaims/3/withdraw`, seen));
  });

  it('is free again once the allocation is closed, after a kill too, and nothing more is decided about it', async () => {
    const before = done(await people.auditor.get(`${ROOT}/ledger`)).body as unknown as {
      availablePence: number;
      settings: { allocatedPence: number }[];
    };
    const closed = done(await people.approver.post(`${AT}/close`, { reason: 'it has withdrawn' })).body;
    const ledger = done(await people.auditor.get(`${ROOT}/ledger?atLeast=${String(closed.position)}`)).body;
    const cost = 492_000 - 120_000 - 50_000;
    const freed = before.settings[0]!.allocatedPence - cost;
    expect(freed).toBe(908_000);
    expect(ledger).toMatchObject({
      ...{ reclaimedPence: 120_000, returnedPence: 50_000 },
      availablePence: before.availablePence + freed,
    });
    await installation.killApi();
    await installation.startApi();
    people = await peopleOf(installation.api);
    maker = await installation.api.as('mia', 'payer');
    const [line] = (
      done(await people.auditor.get(`${ROOT}/ledger`)).body as unknown as { settings: object[] }
    ).settings;
    expect(line).toMatchObject({ status: 'closed', committedPence: cost, undrawnPence: 0 });
    const late = await people.operations.post(`${AT}/tranches/1/reclaims`, claim);
    expect([late.status, late.body.code]).toEqual([409, 'ALLOCATION.CLOSED']);
    expect((await cli('check-ledger', 'back')).code).toBe(0);
    const reversed = await maker.post(`${ROOT}/payments/back.${URN}.1/reverse`, {
      ...{ becomes: 'failed', reason: 'the bank was wrong' },
    });
    expect([reversed.status, reversed.body.code]).toEqual([409, 'PAYMENT.MONEY_CAME_BACK']);
    expect(reversed.body.detail).toContain('reverse receipt 1 (£1,200.00, BACS 1)');
    const left = await maker.post(`${ROOT}/payment-runs`, { tranches: [`back.${URN}.1`] });
    expect(String(left.body.detail)).toContain('it is settled already');
  });

  it('had not come in: the receipt is reversed after the closing, and somebody answers for it again', async () => {
    const available = async (atLeast?: string) => {
      const query = atLeast === undefined ? '' : `?atLeast=${atLeast}`;
      return done(await people.auditor.get(`${ROOT}/ledger${query}`)).body as unknown as {
        availablePence: number;
        settings: { committedPence: number; returnedPence: number; status: string }[];
      };
    };
    const before = await available();
    const reason = { reason: 'it was the transfer of another school' };
    const reversal = done(await maker.post(`${AT}/receipts/3/reverse`, reason)).body;
    expect(JSON.stringify(reversal.events)).toContain('AllocationClosed');
    const after = await available(String(reversal.position));
    expect(after.availablePence).toBe(before.availablePence - 50_000);
    const cost = 492_000 - 120_000;
    expect(after.settings[0]).toMatchObject({ status: 'closed', committedPence: cost, returnedPence: 0 });
    const again = await maker.post(`${AT}/receipts/3/reverse`, { reason: 'another' });
    expect([again.status, again.body.code]).toEqual([409, 'RECEIPT.REVERSED']);
    const unknown = await maker.post(`${AT}/receipts/9/reverse`, reason);
    expect([unknown.status, unknown.body.code]).toEqual([404, 'RECEIPT.UNKNOWN']);
    expect((await cli('settlement', 'back', URN)).stdout).toMatch(/not accounted for\s+£500\.00/);
    const outstanding = await cli('programme', 'outstanding', 'back', '--json');
    expect(JSON.parse(outstanding.stdout)).toMatchObject({
      lines: expect.arrayContaining([
        expect.objectContaining({ what: 'spend-unaccounted', urn: URN, amountPence: 50_000 }),
      ]),
    });
    const explained = await cli('explain', 'ledger', 'back', 'committed', '--urn', URN);
    expect(explained.stdout).toContain('a receipt of its closed allocation is reversed');
    expect((await cli('check-ledger', 'back')).code).toBe(0);
  });

  it('is not let go of with what two people had let go of: it is asked for anew, and free once it is in', async () => {
    const undone = await cli(
      ...['receipt', 'reverse', 'back', URN, '1', '--reason', 'it bounced', '--as', 'mia', '--role', 'payer'],
    );
    expect(undone).toMatchObject({ code: 0, stdout: expect.stringContaining('ReceiptReversed') });
    // £800.00 of its reclaim had been let go of, and the rest of what was paid with another.
    const settlement = await cli('settlement', 'back', URN);
    expect(settlement.stdout).toMatch(/not accounted for\s+£1,700\.00/);
    const beyond = await people.operations.post(`${AT}/tranches/1/reclaims`, {
      ...{ amountPence: 170_001, reason: 'neither receipt was one' },
    });
    expect([beyond.status, beyond.body.code]).toEqual([409, 'RECLAIM.BEYOND_DUE']);
    const anew = { amountPence: 170_000, reason: 'neither receipt was one' };
    done(await people.operations.post(`${AT}/tranches/1/reclaims`, anew));
    const approved = done(await people.approver.post(`${AT}/reclaims/4/approve`, {})).body;
    const query = `urn=${URN}&atLeast=${String(approved.position)}`;
    const list = done(await people.setting.get(`${ROOT}/work-lists/setting?${query}`)).body;
    expect(JSON.stringify(list.items)).toContain('pay back £1,700.00 of tranche 1');
    const owed = { amountPence: 170_000, reference: 'BACS 9' };
    const back = done(await maker.post(`${AT}/reclaims/4/receipts`, owed)).body;
    const ledger = done(await people.auditor.get(`${ROOT}/ledger?atLeast=${String(back.position)}`)).body;
    expect(ledger).toMatchObject({ reclaimedPence: 170_000, returnedPence: 0 });
    const outstanding = await cli('programme', 'outstanding', 'back', '--json');
    expect(outstanding.stdout).not.toContain('spend-unaccounted');
    expect((await cli('check-ledger', 'back')).code).toBe(0);
  });
});
