// A process killed with `kill -9` between the two steps of a reversal: who asked for it is told to whoever meets the tranche
// meanwhile, and what was asked for is done by itself, once.
import { allocation, ListTranches, ReverseRelease, type TrancheInTurn } from '#domain/funding';
import { ImportBankResponse, MakePaymentRun, payments, ReleasePaymentRun } from '#domain/payments';
import { RefusalError } from '#kernel';
import { Decisions } from '#platform/event-store';
import { person } from '#testing';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Funding, people } from '../e2e/funding.harness.js';

const PROCESS = fileURLToPath(new URL('reversal-killed.process.js', import.meta.url));
const PROGRAMME = 'barred';
const [maker, releaser] = [person('mia', 'payer'), person('ron', 'payer')];
const [LEFT, PAID, ANEW] = ['100001', '100002', '100003'] as const;
const URNS = [LEFT, PAID, ANEW];
const reason = 'the account is closed';
let funding: Funding;
let decisions: Decisions;

beforeAll(async () => {
  funding = await Funding.open('2024-03-01');
  decisions = funding.office.app.get(Decisions);
  await funding.register(Object.fromEntries(URNS.map((urn) => [urn, '50'])));
  await funding.programme(PROGRAMME, 10_000_000);
  for (const urn of URNS) {
    await funding.account(urn);
    await funding.prepare(PROGRAMME, urn);
    await funding.approvePlan(PROGRAMME, urn);
    await funding.offer(PROGRAMME, urn);
    await funding.accept(PROGRAMME, urn);
  }
  await funding.settle();
  for (const urn of URNS) await funding.pay(PROGRAMME, urn, 1);
});
afterAll(() => funding.close());

const ids = (urn: string) => ({ programmeId: PROGRAMME, urn });
const trancheOf = (urn: string): string => `${PROGRAMME}.${urn}.1`;

/** Asked for by somebody whose process does not live to write the second step. */
async function killedBefore(type: string, command: string, input: object): Promise<void> {
  const args = [PROCESS, funding.folder, funding.now, type, command, JSON.stringify(input)];
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
}

const payRun = (tranches: readonly string[]): Promise<unknown> =>
  funding.run(new MakePaymentRun({ programmeId: PROGRAMME, tranches }, funding.context({ by: maker })));

async function refused(attempt: Promise<unknown>): Promise<string> {
  const error = await attempt.then(
    () => undefined,
    (refusal: unknown) => refusal,
  );
  if (error instanceof RefusalError) return error.message;
  throw new Error('it was not refused');
}
async function turnOn(urn: string): Promise<TrancheInTurn> {
  await funding.settle();
  const rows = await funding.ask<readonly TrancheInTurn[]>(
    new ListTranches({ programmeId: PROGRAMME, urns: [urn] }),
  );
  return rows[0]!;
}
const typesOf = async (urn: string): Promise<string[]> =>
  (await decisions.load(allocation, `${PROGRAMME}.${urn}`)).history.map(({ type }) => type);

it('a release whose reversal was broken off is told with who asked for it, and reversed by itself', async () => {
  await killedBefore('TrancheReleaseReversed', 'ReverseRelease', { ...ids(LEFT), number: 1, reason });
  const message = await refused(payRun([trancheOf(LEFT)]));
  for (const says of ['una', '2024-03-01', reason, 'by itself within minutes'])
    expect(message).toContain(says);
  expect(await turnOn(LEFT)).toMatchObject({
    nextAction: 'reverse-release',
    nextIs: expect.stringContaining('una asked for that'),
  });
  expect(await typesOf(LEFT)).not.toContain('TrancheReleaseReversed');

  funding.pass(6);
  await funding.settle();
  const { state, history } = await decisions.load(allocation, `${PROGRAMME}.${LEFT}`);
  expect(state).toMatchObject({ tranches: [{ released: null }, {}] });
  const reversals = history.filter(({ type }) => type === 'TrancheReleaseReversed');
  expect(reversals).toMatchObject([{ data: { reason }, metadata: { actor: { subject: 'una' } } }]);

  // Released anew it is paid: what barred the first release bars no other.
  await funding.pay(PROGRAMME, LEFT, 1);
  funding.pass(6);
  await funding.settle();
  await payRun([trancheOf(LEFT)]);
  expect((await typesOf(LEFT)).filter((type) => type === 'TrancheReleaseReversed')).toHaveLength(1);
});

it('is left as it is where somebody asked again, and the tranche was released anew', async () => {
  await killedBefore('TrancheReleaseReversed', 'ReverseRelease', { ...ids(ANEW), number: 1, reason });
  const again = funding.context({ by: people.approver });
  await funding.run(new ReverseRelease({ ...ids(ANEW), number: 1, reason }, again));
  await funding.pay(PROGRAMME, ANEW, 1);
  funding.pass(6);
  await funding.settle();
  const { state } = await decisions.load(allocation, `${PROGRAMME}.${ANEW}`);
  expect(state).toMatchObject({ tranches: [{ released: { by: { subject: 'pat' } } }, {}] });
});

it('a payment whose reversal was broken off is shown so, and reversed by itself', async () => {
  await payRun([trancheOf(PAID)]);
  const { state } = await decisions.load(payments, PROGRAMME);
  const { run, items, file } = state.runs.at(-1)!;
  const said = { programmeId: PROGRAMME, run };
  await funding.run(
    new ReleasePaymentRun({ ...said, fileSha256: file.sha256 }, funding.context({ by: releaser })),
  );
  const row = `${items[0]!.bankReference},${(items[0]!.amountPence / 100).toFixed(2)},settled,`;
  const content = Buffer.from(`reference,amount,status,reason\n${row}\n`);
  await funding.run(
    new ImportBankResponse({ ...said, file: 'bank.csv', content }, funding.context({ by: maker })),
  );

  const asked = { programmeId: PROGRAMME, trancheId: trancheOf(PAID), becomes: 'failed', reason };
  await killedBefore('PaymentReversed', 'ReversePayment', asked);
  expect(await turnOn(PAID)).toMatchObject({
    next: 'payer',
    nextIs: expect.stringContaining('una asked for that'),
  });

  funding.pass(6);
  await funding.settle();
  const { state: now, history } = await decisions.load(payments, PROGRAMME);
  expect(now.payments[trancheOf(PAID)]).toMatchObject({ status: 'failed', because: reason });
  expect(history.at(-1)).toMatchObject({
    type: 'PaymentReversed',
    metadata: { actor: { subject: 'una' } },
  });
  expect(await turnOn(PAID)).toMatchObject({ nextAction: 'make-payment-run' });
});
