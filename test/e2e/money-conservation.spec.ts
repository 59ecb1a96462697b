// Money that was paid, came back, failed and was paid again, by many at once on the real engines: none is lost, none doubled.
import {
  ApproveReclaim,
  CloseAllocation,
  GetSettlement,
  ledgerCheck,
  LowerFundBudget,
  ProposeReclaim,
  RaiseFundBudget,
  ReceiveReclaim,
  ReturnUnderspend,
  ReverseReceipt,
  ReverseRelease,
  ReviseAllocation,
  WithdrawReclaim,
  type Settlement,
} from '#domain/funding';
import {
  DiscardPaymentRun,
  ImportBankResponse,
  MakePaymentRun,
  payments,
  ReleasePaymentRun,
  ReversePayment,
} from '#domain/payments';
import { CloseProgramme, programme, WithdrawSetting } from '#domain/programme';
import { addDays, dateInLondon, RefusalError, type Position } from '#kernel';
import { Decisions } from '#platform/event-store';
import { InMemoryModel } from '#platform/read-store';
import { person } from '#testing';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { BankBooks } from './bank-books.js';
import { onServers } from './engines.js';
import { Funding, people, TRANCHES } from './funding.harness.js';
import { doWhatWaits } from './to-do.js';

const URNS = ['100001', '100002'] as const;
/** £30,000 each, and something to revise upwards from. */
const BUDGET = 7_000_000;
const [maker, releaser, second] = [person('mia'), person('ron'), person('una')] as const;

// Ten programmes from their first offer to their end, on servers too: a bound for what hangs.
jest.setTimeout(900_000);

let funding: Funding;
let decisions: Decisions;
beforeAll(async () => {
  funding = await Funding.open('2024-03-01');
  decisions = funding.office.app.get(Decisions);
  await funding.register(Object.fromEntries(URNS.map((urn) => [urn, '50'])));
  for (const urn of URNS) await funding.account(urn);
});
afterAll(() => funding.close());

const WHATS = [
  ...(['offer', 'accept', 'pay', 'pay', 'reverse-release', 'reverse-release'] as const),
  ...(['make', 'make', 'make', 'discard', 'release-run', 'release-run'] as const),
  ...(['settled', 'settled', 'failed', 'differs'] as const),
  ...([
    'unsettle',
    'unsettle',
    'unfail',
    'reclaim',
    'reclaim',
    'approve',
    'receive',
    'receive',
    'let-go',
    'mistake',
  ] as const),
  ...([
    'return',
    'return',
    'bounce',
    'up',
    'down',
    'close',
    'close',
    'withdraw',
    'end',
    'raise',
    'lower',
  ] as const),
] as const;
type What = (typeof WHATS)[number];
interface Deed {
  readonly what: What;
  readonly urn: (typeof URNS)[number];
  readonly number: number;
  readonly share: number;
}

const deed: fc.Arbitrary<Deed> = fc.record({
  what: fc.constantFrom(...WHATS),
  urn: fc.constantFrom(...URNS),
  number: fc.constantFrom(1, 1, 1, 2),
  share: fc.constantFrom(1, 0.5, 0.1),
});
/** What comes in one moment and touches the same money, by what the bank had said before. */
const TOGETHER: Readonly<Record<'settled' | 'failed' | 'differs' | 'nothing', readonly (readonly What[])[]>> =
  {
    settled: [
      ['unsettle', 'return'],
      ['unsettle', 'receive'],
      ['unsettle', 'close'],
      ['return', 'return', 'receive'],
      ['close', 'return', 'bounce'],
      ['approve', 'up', 'down'],
      ['close', 'up'],
    ],
    failed: [
      ['reverse-release', 'unfail'],
      ['unfail', 'reverse-release'],
      ['reverse-release', 'make', 'release-run'],
    ],
    differs: [
      ['differs', 'reverse-release', 'make'],
      ['settled', 'failed', 'differs'],
    ],
    nothing: [
      ['reverse-release', 'make'],
      ['make', 'make', 'release-run'],
      ['end', 'offer', 'close'],
    ],
  };
const moment = fc.record({ urn: fc.constantFrom(...URNS), share: fc.constantFrom(1, 0.5) });
/** A payment from its run to the answer of the bank, which blind draws seldom complete, and what comes of it. */
const way = fc
  .tuple(
    fc.constantFrom(...(['settled', 'settled', 'failed', 'differs', 'nothing'] as const)),
    fc.nat(20),
    moment,
  )
  .map(([answer, nth, { urn, share }]): Deed[][] => {
    const pairs = TOGETHER[answer];
    const first: readonly What[] = answer === 'nothing' ? [] : ['make', 'release-run', answer];
    const whats = [...first.map((what) => [what]), pairs[nth % pairs.length]!, ['settled' as const]];
    return whats.map((moments) => moments.map((what) => ({ what, urn, number: 1, share })));
  });
const step: fc.Arbitrary<readonly (readonly Deed[])[]> = fc.oneof(
  { weight: 4, arbitrary: fc.array(deed, { minLength: 1, maxLength: 5 }).map((one) => [one]) },
  { weight: 4, arbitrary: way },
  { weight: 1, arbitrary: fc.constant([]) },
);

/** One after another, as far as everything goes; the draws then mix it. */
const SCRIPT: readonly (readonly [What, share?: number, urn?: (typeof URNS)[number]])[] = [
  ...([['make'], ['release-run'], ['failed'], ['unfail'], ['differs'], ['settled']] as const),
  ...([['reverse-release', 1, URNS[1]], ['unsettle'], ['make'], ['release-run'], ['settled']] as const),
  ...([['return', 0.1], ['bounce'], ['reclaim'], ['approve'], ['receive', 0.5], ['receive']] as const),
  ...([['up'], ['down'], ['close'], ['unsettle']] as const),
];
const scripted = SCRIPT.map(([what, share = 1, urn = URNS[0]]) => [[{ what, urn, number: 1, share }]]);

const reached: Record<string, number> = {};
let files = 0;

async function run(programmeId: string, deed: Deed): Promise<unknown> {
  const { what, urn, number, share } = deed;
  const ids = { programmeId, urn };
  const reason = what;
  const as = (by = people.operations) => funding.context({ by });
  const { runs } = (await decisions.load(payments, programmeId)).state;
  const last = runs.at(-1);
  const settlement = () => funding.ask<Settlement>(new GetSettlement(ids));
  const part = (pence: number): number => Math.max(1, Math.floor(pence * share));
  const reference = `BACS ${(files += 1)}`;
  switch (what) {
    case 'offer':
      return funding.offer(programmeId, urn);
    case 'accept':
      return funding.accept(programmeId, urn);
    case 'pay':
      return funding.pay(programmeId, urn, number);
    case 'reverse-release':
      return funding.run(new ReverseRelease({ ...ids, number, reason }, as(people.approver)));
    case 'make':
      return funding.run(new MakePaymentRun({ programmeId }, as(maker)));
    case 'discard':
      return funding.run(new DiscardPaymentRun({ programmeId, run: last?.run ?? 1, reason }, as(maker)));
    case 'release-run': {
      const waiting = runs.findLast(({ status }) => status === 'made') ?? last;
      const said = { programmeId, run: waiting?.run ?? 1, fileSha256: waiting?.file.sha256 ?? '' };
      return funding.run(new ReleasePaymentRun(said, as(releaser)));
    }
    case 'settled':
    case 'failed':
    case 'differs': {
      const sent = runs.findLast(({ status }) => status === 'released');
      const { payments: known } = (await decisions.load(payments, programmeId)).state;
      const waiting = sent?.items.filter((item) => known[item.trancheId]?.status === 'instructed');
      const [status, more] = what === 'differs' ? ['settled', 1] : [what, 0];
      const rows = (waiting?.length ? waiting : (sent?.items ?? [])).map(
        (item) => `${item.bankReference},${((item.amountPence + more) / 100).toFixed(2)},${status},${what}`,
      );
      const content = Buffer.from(['reference,amount,status,reason', ...rows, ''].join('\n'));
      const input = { programmeId, run: sent?.run ?? 1, file: `${reference}.csv`, content };
      return funding.run(new ImportBankResponse(input, as(maker)));
    }
    case 'unsettle':
    case 'unfail': {
      const becomes = what === 'unsettle' ? 'failed' : 'instructed';
      const trancheId = `${programmeId}.${urn}.${number}`;
      return funding.run(new ReversePayment({ programmeId, trancheId, becomes, reason }, as(maker)));
    }
    case 'reclaim': {
      const [claim] = (await settlement()).reclaim;
      const asked = { number: claim?.number ?? 1, amountPence: part(claim?.amountPence ?? 1), reason };
      return funding.run(new ProposeReclaim({ ...ids, ...asked }, as()));
    }
    case 'approve':
      return funding.run(new ApproveReclaim({ ...ids, reclaim: number }, as(people.approver)));
    case 'receive': {
      const amountPence = part((await settlement()).askedPence);
      return funding.run(new ReceiveReclaim({ ...ids, reclaim: number, amountPence, reference }, as(maker)));
    }
    case 'let-go':
    case 'mistake': {
      const outcome = what;
      return funding.run(new WithdrawReclaim({ ...ids, reclaim: number, outcome, reason }, as(second)));
    }
    case 'return': {
      const amountPence = part(3_000_000 * 0.4);
      return funding.run(new ReturnUnderspend({ ...ids, number, amountPence, reference, reason }, as(maker)));
    }
    case 'bounce':
      return funding.run(new ReverseReceipt({ ...ids, receipt: number, reason }, as(maker)));
    case 'up':
    case 'down': {
      await funding.census({ [urn]: what === 'up' ? '55' : '18' });
      return funding.run(new ReviseAllocation({ ...ids, rule: 'same', reason }, as()));
    }
    case 'close':
      return funding.run(new CloseAllocation({ ...ids, reason }, as(people.approver)));
    case 'withdraw':
      return funding.run(new WithdrawSetting({ ...ids, reason }, as()));
    case 'end':
      return funding.run(new CloseProgramme({ programmeId, reason }, as()));
    case 'raise':
      return funding.run(new RaiseFundBudget({ programmeId, budgetPence: BUDGET + 1, reason }, as()));
    case 'lower':
      return funding.run(new LowerFundBudget({ programmeId, budgetPence: BUDGET, reason }, as()));
    default:
      return what satisfies never;
  }
}

async function attempt(programmeId: string, deed: Deed): Promise<void> {
  let came = `${deed.what}`;
  try {
    await run(programmeId, deed);
  } catch (error) {
    // Commands are drawn blindly: a refusal is an answer, anything else is a fault.
    if (!(error instanceof RefusalError)) throw error;
    came = error.code;
  }
  reached[came] = (reached[came] ?? 0) + 1;
}

/** What has been recorded since, held against the identities and against the bank's books. */
async function check(
  seen: { position: Position | undefined },
  model: InMemoryModel<never>,
  books: BankBooks,
): Promise<void> {
  for (const event of await funding.historyAfter(seen.position)) {
    seen.position = event.position;
    const { programmeId } = event.data as { readonly programmeId?: string };
    if (programmeId !== books.programmeId) continue;
    model.apply(event);
    books.apply(event);
  }
  const breaches = (model.all() as readonly { id: string; breach: unknown }[]).filter(
    ({ breach }) => breach !== null,
  );
  expect(breaches).toEqual([]);
  books.check();
}

let [programmes, carriedOut] = [0, 0];
it('is conserved under any sequence of commands, several at once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 16 }), async (steps) => {
      const programmeId = `money-${(programmes += 1)}`;
      await funding.census(Object.fromEntries(URNS.map((urn) => [urn, '50'])));
      const startsOn = dateInLondon(funding.now);
      const endsOn = addDays(startsOn, 30);
      const reportWindows = [{ number: 1, opensOn: startsOn, dueOn: startsOn, closesOn: startsOn }];
      await funding.programme(programmeId, BUDGET, TRANCHES, { startsOn, endsOn, reportWindows });
      for (const urn of URNS) {
        await funding.prepare(programmeId, urn, { startsOn, endsOn });
        await funding.approvePlan(programmeId, urn);
        await funding.offer(programmeId, urn);
        await funding.accept(programmeId, urn);
      }
      await funding.settle();
      for (const urn of URNS) await funding.pay(programmeId, urn, 1);
      const seen: { position: Position | undefined } = { position: undefined };
      const model = new InMemoryModel(ledgerCheck) as unknown as InMemoryModel<never>;
      const books = new BankBooks(programmeId);
      for (const moments of steps) {
        for (const deeds of moments) {
          funding.pass(1);
          await Promise.all(deeds.map((one) => attempt(programmeId, one)));
          await check(seen, model, books);
        }
        if (moments.length === 0) {
          await funding.settle();
          await check(seen, model, books);
        }
      }
      funding.pass(10);
      await funding.settle();
      await check(seen, model, books);
      // Quiet: what is committed is what is allocated, or what a closed allocation came to; and all that was paid is in it.
      books.checkQuiet();
      // And what is on the lists can be done, to the end.
      carriedOut += await doWhatWaits(funding, programmeId);
      await check(seen, model, books);
      books.checkQuiet();
      // Once the programme is over, until it is closed.
      funding.goTo(`${addDays(endsOn, 1)}T09:00:00Z`);
      carriedOut += await doWhatWaits(funding, programmeId);
      await check(seen, model, books);
      books.checkQuiet();
      const { state } = await decisions.load(programme, programmeId);
      expect(state).toMatchObject({ closed: expect.anything() });
    }),
    // On servers, where each takes seconds, half as many: what is added up is the same.
    { numRuns: onServers ? 5 : 10, examples: [[scripted]] },
  );
  expect(carriedOut).toBeGreaterThan(20);
  for (const what of [
    ...['make', 'release-run', 'settled', 'failed', 'differs', 'unsettle', 'unfail', 'reverse-release'],
    ...['reclaim', 'approve', 'receive', 'return', 'bounce', 'up', 'down', 'close'],
  ]) {
    expect({ what, times: reached[what] ?? 0 }).not.toEqual({ what, times: 0 });
  }
});
