// One stored event for every type there is, each told in words: a raw event type says nothing to whoever asked.
import { auditEvents } from '#domain/audits';
import { paymentsEvents, type PaymentsEvent } from '#domain/payments';
import { planEvents } from '#domain/plans';
import { participationEvents, programmeEvents } from '#domain/programme';
import { reportEvents } from '#domain/reporting';
import { settingEvents } from '#domain/settings';
import type { RecordedEvent } from '#kernel';
import { EventCodec, type EventStore, type StoredEvent } from '#platform/event-store';
import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allocationEvents } from '../allocation/allocation.events.js';
import { inWords } from '../explain-ledger/figures.js';
import { fundEvents } from '../fund/fund.events.js';
import { paymentStepSays } from '../explain-payment/payment-in-words.js';
import { MOVE_MONEY, type MoneyEvent } from '../read-models/funding-ledger/entries.js';
import { EvidenceReader } from './evidence-reader.js';
import type { TrailEvent } from './step.js';
import { stepOf } from './steps.js';
import { Trail } from './trail.js';

const followed = [
  ...[...programmeEvents, ...participationEvents, ...settingEvents, ...auditEvents, ...planEvents],
  ...[...reportEvents, ...fundEvents, ...allocationEvents],
];
const codec = new EventCodec([...followed, ...paymentsEvents]);
const nowhere = {
  readStream: async function* () {
    // Nothing that an event rests on is there.
  },
} as unknown as EventStore;
const trail = new Trail(new EvidenceReader(nowhere, codec));

interface Defined {
  readonly type: string;
  readonly version: number;
}
const named = (definitions: readonly Defined[]): [string, Defined][] =>
  definitions.map((one) => [one.type, one]);

/** As it is kept for good. */
function kept({ type, version }: Defined): RecordedEvent {
  const text = readFileSync(join('test/fixtures/events', `${type}.v${version}.json`), 'utf8');
  const json = JSON.parse(text) as StoredEvent & { revision: string };
  return codec.decode({ ...json, revision: BigInt(json.revision), position: 1n });
}

/** A word of two or more capitals, as types are written, or what a sentence says where something is missing. */
const RAW = /\b(?:[A-Z][a-z]+){2,}\b|undefined|null|\[object/;

describe('an event is told in words', () => {
  it.each(named(followed))('where something rests on it: %s', async (_type, definition) => {
    const event = kept(definition) as TrailEvent;
    const { says } = await stepOf(event, [event], trail);
    expect(says).not.toMatch(RAW);
    expect(says).toContain(' ');
  });

  it.each(named(MOVE_MONEY))('as a line of an account: %s', (_type, definition) => {
    const says = inWords(kept(definition) as RecordedEvent<MoneyEvent>);
    expect(says).not.toMatch(RAW);
    expect(says).toContain(' ');
  });

  it.each(named(paymentsEvents))('in the story of a payment: %s', (_type, definition) => {
    const event = kept(definition);
    const says = paymentStepSays(event as RecordedEvent<PaymentsEvent>, 'ipswich.140001.1');
    expect(says).not.toMatch(RAW);
    expect(says).toContain(' ');
  });
});
