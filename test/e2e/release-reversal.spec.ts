// A tranche is released, and its setting leaves before it is paid: nothing is paid, the release is reversed, and all ends well.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ops } from './api-process.js';
import { Installation } from './installation.js';
import {
  done,
  drawDownFirst,
  eventually,
  importRegister,
  peopleOf,
  programme,
  type People,
} from './scenario.js';

const [URN, OTHER] = ['196001', '196002'] as const;
const ROOT = '/api/v1/programmes/undone';
const TRANCHE = `${ROOT}/allocations/${URN}/tranches/1`;
let installation: Installation;
let people: People;
const cli = (...args: string[]) => ops(installation.folder.path, args, installation.environment);
const said = { reason: 'the school has left the programme' };

beforeAll(async () => {
  installation = await Installation.open();
  people = await peopleOf(installation.api);
  await importRegister(people, [URN, OTHER]);
  done(await people.operations.post('/api/v1/programmes', programme('undone', 20_000_000)));
  for (const urn of [URN, OTHER]) await drawDownFirst(people, ROOT, urn);
});
afterAll(() => installation.close());

describe('a release that is not paid', () => {
  it('waits for payee details on the list of operations, and an empty run says so', async () => {
    const toDo = 'enter the payee details, for tranche 1 to be paid to';
    const list = await eventually(
      async () =>
        done(await people.operations.get(`${ROOT}/work-lists/operations`)).body.items as { toDo: string }[],
      (items) => items.filter((one) => one.toDo === toDo).length === 2,
    );
    expect(list).toEqual(expect.arrayContaining([expect.objectContaining({ urn: URN, toDo })]));
    const maker = await installation.api.as('mia', 'payer');
    const empty = await maker.post(`${ROOT}/payment-runs`, {});
    expect([empty.status, empty.body.code, empty.body.detail]).toEqual([
      ...[409, 'PAYMENT_RUN.EMPTY'],
      expect.stringContaining(`undone.${URN}.1 (no payee details have been entered for setting ${URN})`),
    ]);
  });

  it('is not paid once its setting has left, and is reversed by another person than released it', async () => {
    done(await people.operations.post(`${ROOT}/participations/${URN}/withdraw`, said));
    const maker = await installation.api.as('mia', 'payer');
    const named = await maker.post(`${ROOT}/payment-runs`, { tranches: [`undone.${URN}.1`] });
    expect([named.status, named.body.code, named.body.detail]).toEqual([
      ...[409, 'PAYMENT_RUN.NOT_PAYABLE'],
      expect.stringContaining('has withdrawn from the programme'),
    ]);
    const own = await people.payer.post(`${TRANCHE}/reverse-release`, said);
    expect([own.status, own.body.code]).toEqual([403, 'TRANCHE.SECOND_SIGNATURE']);
    expect((await people.operations.post(`${TRANCHE}/reverse-release`, said)).status).toBe(403);
    const blank = await people.approver.post(`${TRANCHE}/reverse-release`, { reason: ' ' });
    expect([blank.status, blank.body.field]).toEqual([400, 'reason']);
    const early = await people.approver.post(`${ROOT}/allocations/${URN}/close`, said);
    expect([early.status, early.body.code]).toEqual([409, 'ALLOCATION.UNFINISHED']);
    const reversed = await cli(
      ...['tranche', 'reverse-release', `undone.${URN}.1`, '--reason', said.reason],
      ...['--as', 'ada', '--role', 'approver'],
    );
    expect(reversed).toMatchObject({ code: 0, stdout: expect.stringContaining('TrancheReleaseReversed') });
  });

  it('leaves nothing behind: the allocation is closed, and the ledger adds up', async () => {
    const closed = done(await people.approver.post(`${ROOT}/allocations/${URN}/close`, said)).body;
    const ledger = done(await people.auditor.get(`${ROOT}/ledger?atLeast=${String(closed.position)}`))
      .body as unknown as { settings: { urn: string; releasedPence: number; committedPence: number }[] };
    expect(ledger.settings.find(({ urn }) => urn === URN)).toMatchObject({
      ...{ status: 'closed', releasedPence: 0, committedPence: 0 },
    });
    expect(done(await people.auditor.get(`${ROOT}/ledger/check`)).body).toMatchObject({ holds: true });
    const explained = await cli('explain', 'tranche', `undone.${URN}.1`);
    for (const says of ['has not been released', `Its release was reversed: ${said.reason}`]) {
      expect(explained.stdout).toContain(says);
    }
    const figure = await cli('explain', 'ledger', 'undone', 'released', '--urn', URN);
    expect(figure.stdout).toMatch(/£0\.00, the sum of 2 entries/);
  });
});
