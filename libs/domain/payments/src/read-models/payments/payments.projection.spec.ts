import type { RecordedEvent } from '#kernel';
import { History } from '#testing';
import { describe, expect, it } from '@jest/globals';
import type { PaymentsEvent } from '../../payments/payments.events.js';
import {
  differed,
  discarded,
  failed,
  item,
  made,
  released,
  settled,
} from '../../payments/payments.fixture.js';
import { paymentsProjection, type PaymentDocument } from './payments.projection.js';

function project(...events: readonly PaymentsEvent[]): ReadonlyMap<string, PaymentDocument | null> {
  const history = new History({ stream: 'payments-ipswich' });
  const documents = new Map<string, PaymentDocument | null>();
  for (const event of events) {
    const recorded = history.record(event) as RecordedEvent;
    const reaction = paymentsProjection.reactionTo(event.type);
    for (const id of reaction?.touches(recorded) ?? []) {
      documents.set(id, reaction!.apply(documents.get(id) ?? null, recorded, id));
    }
  }
  return documents;
}

describe('a payment that failed', () => {
  const [first, again] = [item(1, 1), item(1, 2, 2)];
  const id = (run: number): string => `${first.trancheId}.${run}`;
  const past = [made(1, [first]), released(1, [first]), failed(1, first)];

  it('waits for the payer until it is paid again, and for nobody from then on', () => {
    expect(project(...past).get(id(1))).toMatchObject({ status: 'failed', next: 'payer', followedBy: null });
    const followed = project(...past, made(2, [again]));
    expect(followed.get(id(1))).toMatchObject({ status: 'failed', next: null, followedBy: 2 });
    expect(followed.get(id(2))).toMatchObject({ status: 'in-run', next: 'payer' });
    const paid = project(...past, made(2, [again]), released(2, [again]), settled(2, again));
    expect([...paid.values()].map((one) => [one?.status, one?.next])).toEqual([
      ['failed', null],
      ['settled', null],
    ]);
  });

  it('waits again when the run in which it would have been paid is discarded', () => {
    const after = project(...past, made(2, [again]), discarded(2, [again]));
    expect(after.get(id(1))).toMatchObject({ next: 'payer', nextIs: expect.stringContaining('follow up') });
    expect(after.get(id(2))).toMatchObject({ status: 'discarded', next: null });
  });

  it('waits for the attempt after it, and that for the next', () => {
    const third = item(1, 3, 3);
    const events = [made(2, [again]), released(2, [again]), failed(2, again), made(3, [third])];
    const after = project(...past, ...events, discarded(3, [third]));
    expect(after.get(id(1))).toMatchObject({ next: null, followedBy: 2 });
    expect(after.get(id(2))).toMatchObject({ next: 'payer', followedBy: null });
  });
});

describe('a payment for which the bank names another amount', () => {
  const first = item(1, 1);
  const id = `${first.trancheId}.1`;
  const past = [made(1, [first]), released(1, [first]), differed(1, first, -1)];

  it('is instructed still, and the payer’s to clear up with the bank, until that answers anew', () => {
    const shown = project(...past).get(id);
    expect(shown).toMatchObject({
      ...{ status: 'instructed', next: 'payer', nextAction: 'clear-up-payment', nextUntil: null },
      differs: { answeredPence: 999, failedBecause: null },
    });
    for (const says of ['£9.99', 'R1-124570-1 of run 1', '£10.00 was instructed'])
      expect(shown?.nextIs).toContain(says);
    expect(project(...past, settled(1, first)).get(id)).toMatchObject({ next: null, differs: null });
    expect(project(...past, failed(1, first)).get(id)).toMatchObject({ status: 'failed', differs: null });
    const worse = project(...past, differed(1, first, 1, 'no such account')).get(id);
    expect(worse?.differs).toMatchObject({ answeredPence: 1001, failedBecause: 'no such account' });
  });
});
