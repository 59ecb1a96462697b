import {
  continuityDecided,
  continuityDecisionRaised,
  participationEvents,
  transferReplaced,
} from '#domain/programme';
import type { EventReference } from '#kernel';
import { EventCodec, type EventStore } from '#platform/event-store';
import { History, person } from '#testing';
import { describe, expect, it } from '@jest/globals';
import { allocationRoundAdopted, fundEvents, fundOpened, fundsReserved } from '../fund/fund.events.js';
import { EvidenceReader } from './evidence-reader.js';
import { explained, explanationInWords } from './explanation.js';
import { Trail } from './trail.js';

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
    readStream: async function* (stream: string, { limit = events.length } = {}) {
      if (stream !== 'fund-ipswich') return;
      yield* events.slice(0, limit).map((one) => ({ ...one, metadata: { ...one.metadata } }));
    },
  } as unknown as EventStore;
  const trail = new Trail(new EvidenceReader(store, new EventCodec(fundEvents)));
  const adopted = history.record(
    allocationRoundAdopted({
      ...{ programmeId: 'ipswich', round: 1, hash: 'ab'.repeat(32), rate: null, settings: 2 },
      ...{ totalPence: 900, leftPence: 100, schedule: null, leftOut: [], programme },
      policy: { kind: 'share-of-budget', version: 1, floorPence: 100, capPence: 500 },
      cut: { eventId: 'last', count: 6 },
    }),
  );
  const reserved = history.record(
    fundsReserved({
      ...{ programmeId: 'ipswich', urn: '140002', reservationId: 'r', allocationId: 'ipswich.140002' },
      amountPence: 100,
    }),
  );
  const events = [event, adopted, reserved];
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

  it('is told to a setting without what many come to together, and without what another did', async () => {
    const told = async (of: typeof adopted | typeof reserved, urns?: string[]): Promise<string> => {
      const { id: eventId, stream, revision, type } = of;
      const named = { eventId, stream, revision: revision.toString(), type };
      const { says, event: cited } = await trail.toldTo(urns).follow(named);
      return `${says.replace(/, by .*/, '')}${cited === undefined ? '' : ' (cited)'}`;
    };
    const inputs = `worked out from inputs with the hash ${'ab'.repeat(32)} (cited)`;
    const sums = '£9.00 for 2 settings, £1.00 left';
    expect(await told(adopted)).toBe(`Allocation round 1 was adopted: ${sums}, ${inputs}`);
    expect(await told(adopted, ['140001'])).toBe(`Allocation round 1 was adopted, ${inputs}`);
    for (const urns of [undefined, ['140001', '140002']]) {
      expect(await told(reserved, urns)).toBe('£1.00 was set aside in the fund (cited)');
    }
    expect(await told(reserved, ['140001'])).toBe(
      'What setting 140002 did is told to it and to the office only.',
    );
  });
});

describe('what became of a part that could not go on', () => {
  const of = { programmeId: 'ipswich', urn: '140001' };
  const cause = { eventId: 'c', stream: 'setting-140001', revision: '3', type: 'SettingDetailsChanged' };
  const stream = 'participation-ipswich.140001';
  const history = new History({ stream });
  const raisedBy = (decisionId: string, because: string, successors: string[] = []) =>
    history.record(
      continuityDecisionRaised({ ...of, decisionId, because, closedOn: null, successors, cause }),
    );
  const reason = 'merged';
  const before = raisedBy('before', 'closed');
  const carriesOn = history.record(
    continuityDecided({ ...of, decisionIds: ['before'], outcome: 'carry-on', toUrn: null, reason }),
  );
  const raised = [raisedBy('closed', 'closed'), raisedBy('named', 'successor-named', ['140002'])];
  const passedOn = history.record(
    continuityDecided({
      ...of,
      decisionIds: ['closed', 'named'],
      outcome: 'transfer',
      toUrn: '140002',
      reason,
    }),
  );
  const named = ({ id: eventId, revision, type }: typeof passedOn) => ({
    ...{ eventId, stream, revision: revision.toString(), type },
  });
  const instead = history.record(
    transferReplaced({ ...of, fromUrn: '140002', outcome: 'wind-down', reason, replaces: named(passedOn) }),
  );
  const events = [before, carriesOn, ...raised, passedOn, instead];
  const store = {
    readStream: async function* (of: string, { limit = events.length } = {}) {
      if (of === stream)
        yield* events.slice(0, limit).map((one) => ({ ...one, metadata: { ...one.metadata } }));
    },
  } as unknown as EventStore;
  const trail = new Trail(new EvidenceReader(store, new EventCodec(participationEvents)));

  it('rests on the decision before it, and that on all that the register had said since the one before', async () => {
    const { says, because } = await trail.follow(named(instead as never));
    expect(says).toContain("which setting 140002 was to take over and did not: 'wind-down' (merged)");
    expect(because.map((one) => one.event?.id)).toEqual([passedOn.id]);
    expect(because[0]!.because.map((one) => one.event?.id)).toEqual(raised.map(({ id }) => id));
  });
});
