import type { EventReference, Instant } from '#kernel';
import { EventCodec, type EventStore } from '#platform/event-store';
import { History, person } from '#testing';
import { describe, expect, it } from '@jest/globals';
import { fundEvents, fundOpened } from '../fund/fund.events.js';
import { EvidenceReader } from './evidence-reader.js';
import { explained, explanationInWords, inLondon } from './explanation.js';
import { Trail } from './trail.js';

describe('times in London', () => {
  it.each([
    ['2024-03-31T00:59:59.000Z', '31 March 2024 at 00:59:59 GMT'],
    ['2024-03-31T01:00:00.000Z', '31 March 2024 at 02:00:00 BST'],
    ['2024-10-27T00:30:00.000Z', '27 October 2024 at 01:30:00 BST'],
    ['2024-10-27T01:30:00.000Z', '27 October 2024 at 01:30:00 GMT'],
    ['2024-12-31T23:59:59.999Z', '31 December 2024 at 23:59:59 GMT'],
  ])('%s is %s', (instant, words) => {
    expect(inLondon(instant as Instant)).toBe(words);
  });
});

const programme = { eventId: 'e', stream: 'programme-ipswich', revision: '0', type: 'ProgrammeCreated' };
const opened = fundOpened({ programmeId: 'ipswich', budgetPence: 1000, programme });

describe('who', () => {
  it.each([
    [person('pat', 'payer').authentication, 'known by bearer token token-of-pat signed with key key-1'],
    [
      { method: 'command-line', account: 'pat', host: 'desk-7' } as const,
      'at the command line as pat on desk-7',
    ],
    [{ method: 'system', component: 'demo' } as const, 'played by demo'],
  ])('is told with how they were known: %j', (authentication, words) => {
    const by = { ...person('pat', 'payer'), authentication };
    const event = new History().record(opened, { by, recordedAt: '2024-02-01' });
    const { says } = explained(event, 'The fund was opened', []);
    expect(says).toContain(`by pat of https://issuer.test (payer), ${words}`);
    expect(says).toContain('on 1 January 2024 at 09:00:00 GMT, recorded on 1 February 2024 at 09:00:00 GMT');
  });
});

describe('evidence', () => {
  const history = new History({ stream: 'fund-ipswich' });
  const event = history.record(opened);
  const store = {
    readStream: async function* (stream: string) {
      if (stream === 'fund-ipswich') yield { ...event, metadata: { ...event.metadata } };
    },
  } as unknown as EventStore;
  const trail = new Trail(new EvidenceReader(store, new EventCodec(fundEvents)));
  const reference = (change: Partial<EventReference>): EventReference => ({
    ...{ eventId: event.id, stream: 'fund-ipswich', revision: '0', type: 'FundOpened' },
    ...change,
  });

  it('that is there is cited', async () => {
    expect(await trail.follow(reference({}))).toMatchObject({ event: { id: event.id, revision: '0' } });
  });
  it.each([{ eventId: 'another' }, { stream: 'fund-norwich' }, { revision: '1' }])(
    'that is not where it is said to be is said to be missing: %j',
    async (change) => {
      const explanation = await trail.follow(reference(change));
      expect(explanation.event).toBeUndefined();
      expect(explanationInWords(explanation)).toMatch(/^MISSING: the event .* is not at revision/);
    },
  );
});
