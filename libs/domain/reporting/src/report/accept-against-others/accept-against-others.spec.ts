import { participationEvents, settingEnrolled } from '#domain/programme';
import { derivedId, eventIdOf, RefusalError, type AnyEvent } from '#kernel';
import {
  Decisions,
  EventCodec,
  openSqliteEventStore,
  type CommandContext,
  type EventStore,
  type Outcome,
} from '#platform/event-store';
import { instant, person } from '#testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AcceptPartOfReport,
  AcceptPartOfReportHandler,
} from '../accept-part-of-report/accept-part-of-report.handler.js';
import {
  AcceptProgressReport,
  AcceptProgressReportHandler,
} from '../accept-progress-report/accept-progress-report.handler.js';
import { progressReportSubmitted, reportEvents } from '../report.events.js';
import { report, reportId } from '../report.js';

const reference = { eventId: 'e', stream: 's-1', revision: '0', type: 'X' };
const days = { opensOn: '2024-04-01', dueOn: '2024-04-30', closesOn: '2024-05-31', deadlineVersion: 1 };
const head = person('head', 'setting');
const ROUNDS = 40;

function context(name: string, by = person('officer', 'approver')): CommandContext {
  const commandId = derivedId('at-once', name);
  const ids = { commandId, correlationId: commandId, causationId: commandId };
  return { ...ids, actor: by, occurredAt: instant('2024-05-02') };
}

describe('two reports of one setting, accepted at the same moment', () => {
  let folder: string;
  let events: EventStore;
  let decisions: Decisions;
  const codec = new EventCodec([...participationEvents, ...reportEvents]);

  async function append(stream: string, event: AnyEvent): Promise<void> {
    const { actor, occurredAt, ...ids } = context(stream, head);
    const metadata = { ...ids, actor, occurredAt: occurredAt!, recordedAt: occurredAt! };
    await events.append(stream, 'no-stream', [
      codec.encode(event, eventIdOf(ids.commandId, stream, 0), metadata),
    ]);
  }

  /** A setting whose reports of two windows wait, with what each says was spent on its one action. */
  async function waiting(urn: string, ...spent: readonly number[]): Promise<void> {
    const id = { programmeId: 'ipswich', urn };
    const reportWindows = spent.map((_, index) => ({ ...days, number: index + 1 }));
    const enrolment = { settingName: 'Oak', reportWindows, programme: reference, setting: reference };
    await append(`participation-ipswich.${urn}`, settingEnrolled({ ...id, ...enrolment }));
    for (const [index, spentPence] of spent.entries()) {
      const said = { status: 'done' as const, note: '', evidence: [] };
      const actions = ['training', 'coaching'].map((actionId) => ({ ...said, actionId, spentPence }));
      const contents = { summary: 'Done', plan: reference, arrival: null, ending: null, actions };
      const window = index + 1;
      await append(
        `report-${reportId('ipswich', urn, window)}`,
        progressReportSubmitted({ ...id, ...contents, window }),
      );
    }
  }

  const accept = (urn: string, window: number): Promise<Outcome> =>
    new AcceptProgressReportHandler(decisions).execute(
      new AcceptProgressReport({ programmeId: 'ipswich', urn, window }, context(`${urn}.${window}`)),
    );
  const acceptPart = (urn: string, window: number): Promise<Outcome> => {
    const verdict = { tranche: 'waits' as const, effect: 'the half of it waits' };
    const notAccepted = [{ actionId: 'coaching', reason: 'no invoice' }];
    const input = { programmeId: 'ipswich', urn, window, notAccepted, ...verdict };
    return new AcceptPartOfReportHandler(decisions).execute(
      new AcceptPartOfReport(input, context(`${urn}.${window}`)),
    );
  };
  const codeOf = (accepting: Promise<Outcome>): Promise<string> =>
    accepting.then(
      () => 'accepted',
      (error: unknown) => (error instanceof RefusalError ? error.code : String(error)),
    );
  const stateOf = async (urn: string, window: number) =>
    (await decisions.load(report, reportId('ipswich', urn, window))).state;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tranche-at-once-'));
    events = await openSqliteEventStore({ path: join(folder, 'events.sqlite') });
    decisions = new Decisions(events, codec, { now: () => instant('2024-06-01') });
  });

  afterAll(async () => {
    await events.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('are never both accepted if the later says less, and each is as it was told, also when asked again', async () => {
    const reached = new Set<string>();
    for (let round = 0; round < ROUNDS; round += 1) {
      const urn = String(200_000 + round);
      await waiting(urn, 500, 400);
      const second = round % 2 === 0 ? accept : acceptPart;
      const both = () => Promise.all([codeOf(accept(urn, 1)), codeOf(second(urn, 2))]);
      const told = await both();
      for (const [index, code] of told.entries()) {
        reached.add(code);
        const state = await stateOf(urn, index + 1);
        expect(state).toMatchObject({
          accepted: code === 'accepted' ? [{}, {}].slice(index && round % 2) : [],
        });
        if (code !== 'REPORT.ACCEPTED_AT_ONCE') continue;
        const because = expect.stringContaining(`accepted with report ${index === 0 ? 2 : 1}`);
        expect(state).toMatchObject({ status: 'withdrawn', because });
        expect(await codeOf(index === 0 ? accept(urn, 1) : second(urn, 2))).toBe(code);
      }
      expect(told.filter((code) => code === 'accepted').length).toBeLessThan(2);
    }
    expect([...reached]).toContain('REPORT.ACCEPTED_AT_ONCE');
  });

  it('are both accepted if they do not go against each other', async () => {
    await waiting('300000', 400, 500);
    const both = () => Promise.all([codeOf(accept('300000', 1)), codeOf(accept('300000', 2))]);
    expect(await both()).toEqual(['accepted', 'accepted']);
    expect(await both()).toEqual(['accepted', 'accepted']);
  });
});
