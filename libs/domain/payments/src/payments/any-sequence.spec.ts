import { isRefusal, type RecordedEvent } from '#kernel';
import { History, instant, person } from '#testing';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PaymentsEvent } from './payments.events.js';
import { fileOf, item, make, response } from './payments.fixture.js';
import { payments, type PaymentsCommand } from './payments.js';

// Whatever is asked in whatever order: no tranche is paid twice, and no penny is settled that was not sent.

const people = ['mia', 'moe', 'ron', 'ada'].map((subject) => person(subject));
const NUMBERS = [1, 2, 3] as const;

/** `back`: of which run, counted back from the newest. */
const asked: fc.Arbitrary<readonly [what: string, number: number, back: number, who: number]> = fc.tuple(
  fc.constantFrom(
    'make',
    'make',
    'discard',
    'release',
    'release',
    'settle',
    'fail',
    'differ',
    'reverse-settled',
    'reverse-failed',
  ),
  fc.constantFrom(...NUMBERS),
  // Mostly the newest run: older ones have little left to be done to them.
  fc.constantFrom(0, 0, 0, 1, 2),
  fc.integer({ min: 0, max: 3 }),
);

function command(
  [what, number, back]: readonly [string, number, number, number],
  state: typeof payments.initial,
  response_: number,
): Pick<PaymentsCommand, 'type' | 'data'> {
  const programmeId = 'ipswich';
  const run = Math.max(1, state.runs.length - back);
  const { trancheId, amountPence } = item(number);
  switch (what) {
    case 'make': {
      const next = state.runs.length + 1;
      const attempt = (state.payments[trancheId]?.attempt ?? 0) + 1;
      return make(next, [item(number, next, attempt)]);
    }
    case 'discard':
      return { type: 'DiscardPaymentRun', data: { programmeId, run, reason: 'wrong' } };
    case 'release':
      return {
        type: 'ReleasePaymentRun',
        data: { programmeId, run, fileSha256: fileOf(run).sha256, payeesChanged: [] },
      };
    case 'settle':
    case 'fail':
    case 'differ': {
      const failedBecause = what === 'fail' ? 'account closed' : null;
      const bankReference = `R${run}-124570-${number}`;
      const named = what === 'differ' ? amountPence - 1 : amountPence;
      const answer = { row: 2, bankReference, amountPence: named, failedBecause };
      return {
        type: 'ImportBankResponse',
        data: { programmeId, run, file: response(response_), answers: [answer] },
      };
    }
    default: {
      const becomes = what === 'reverse-settled' ? 'failed' : 'instructed';
      return { type: 'ReversePayment', data: { programmeId, trancheId, becomes, reason: 'as it was' } };
    }
  }
}

/** What was sent and settled of each tranche, kept another way: from the events alone. */
function balanceOf(events: readonly RecordedEvent<PaymentsEvent>[], number: number) {
  let [sent, settled] = [0, 0];
  for (const event of events) {
    if (event.type === 'PaymentRunReleased')
      sent += event.data.payments.filter((one) => one.number === number).length;
    if (!('number' in event.data) || event.data.number !== number) continue;
    if (event.type === 'PaymentSettled') settled += 1;
    if (event.type === 'PaymentFailed') sent -= 1;
    if (event.type === 'PaymentReversed') {
      sent += event.data.becomes === 'failed' ? -1 : 1;
      settled -= event.data.becomes === 'failed' ? 1 : 0;
    }
  }
  return { sent, settled };
}

it('no tranche is ever sent, or settled, more than once', () => {
  let [paid, differing] = [0, 0];
  fc.assert(
    fc.property(fc.array(asked, { minLength: 20, maxLength: 80 }), (sequence) => {
      const history = new History({ stream: 'payments-ipswich' });
      const events: RecordedEvent<PaymentsEvent>[] = [];
      let state = payments.initial;
      sequence.forEach((one, index) => {
        const by = people[one[3]]!;
        const at = instant('2024-02-01');
        const decision = payments.decide({ ...command(one, state, index), by, at } as PaymentsCommand, state);
        if (isRefusal(decision)) return;
        for (const event of decision) {
          const recorded = history.record(event, { by, at });
          events.push(recorded);
          state = payments.evolve(state, recorded);
        }
        for (const number of NUMBERS) {
          const { sent, settled } = balanceOf(events, number);
          expect([sent === 0 || sent === 1, settled >= 0 && settled <= sent]).toEqual([true, true]);
          const payment = state.payments[item(number).trancheId];
          expect(payment?.status === 'settled').toBe(settled === 1);
          paid += settled;
          // What the bank names another amount for is neither settled nor failed: it is on its way.
          if (payment === undefined || payment.differs === null) continue;
          expect([payment.status, sent, settled]).toEqual(['instructed', 1, 0]);
          differing += 1;
        }
      });
    }),
    { numRuns: 300 },
  );
  // Had no sequence got as far as a settlement, nothing would have been tried.
  expect(paid).toBeGreaterThan(0);
  expect(differing).toBeGreaterThan(0);
});
