// A condition recorded while the report that it is about changes under one's hands, on a real store.
import { report, reportEvents, reportId } from '#domain/reporting';
import { participationId, systemActor, systemClock } from '#kernel';
import { Decisions, EventCodec, openSqliteEventStore, type EventStore } from '#platform/event-store';
import { instant, person } from '#testing';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allocationEvents } from '../allocation.events.js';
import { fact, facts } from '../allocation.fixture.js';
import { allocation } from '../allocation.js';
import { reportAccepted } from '../conditions.js';
import { RecordCondition, RecordConditionHandler } from './record-condition.handler.js';

const { programmeId, urn } = facts;
const id = participationId(programmeId, urn);
const condition = reportAccepted(1);
const codec = new EventCodec([...allocationEvents, ...reportEvents]);
let folder: string;
let store: EventStore;
let decisions: Decisions;
let commands = 0;

const context = (subject = 'ada') => {
  commands += 1;
  const commandId = `00000000-0000-4000-8000-${String(commands).padStart(12, '0')}`;
  return { actor: person(subject, 'adviser'), commandId, correlationId: commandId, causationId: commandId };
};

async function submitReport(): Promise<void> {
  const window = { number: 1, opensOn: '2024-04-01', dueOn: '2024-04-30', closesOn: '2024-05-31' };
  const action = { actionId: 'a1', status: 'done' as const, spentPence: 1, note: '', evidence: [] };
  const data = {
    ...{ programmeId, urn, window: 1, attachments: {} },
    ...{ receivedAt: instant('2024-04-10'), arrival: null },
    enrolment: { ...fact('SettingEnrolled'), windows: [{ ...window, deadlineVersion: 1 }], ending: null },
    plan: { ...fact('ActionPlanApproved'), actions: [{ actionId: 'a1', costPence: 1 }], formerly: [] },
    acceptedBefore: {},
    contents: { summary: 'Training has begun', actions: [action] },
  };
  const occurredAt = instant('2024-04-10');
  await decisions.execute(
    report,
    reportId(programmeId, urn, 1),
    { type: 'SubmitProgressReport', data },
    { ...context('head'), occurredAt },
  );
}

/** Accepts the report, or takes its acceptance back. */
async function changeMind(): Promise<void> {
  const of = reportId(programmeId, urn, 1);
  const { state } = await decisions.load(report, of);
  await decisions.execute(
    report,
    of,
    state.status === 'accepted'
      ? { type: 'WithdrawReportAcceptance', data: { reason: 'the figures are wrong' } }
      : { type: 'AcceptProgressReport', data: { around: { before: {}, after: {} } } },
    context(),
  );
}

/** A real store, with somebody who changes their mind about the report, so many times, as soon as one has recorded what it was. */
function besides(times: number): EventStore {
  let left = times;
  return new Proxy(store, {
    get: (target, name) =>
      name === 'append'
        ? async (...given: Parameters<EventStore['append']>) => {
            const appended = await target.append(...given);
            if (left > 0) await changeMind();
            left -= 1;
            return appended;
          }
        : (Reflect.get(target, name) as () => unknown).bind?.(target),
  });
}
const record = (through: EventStore) =>
  new RecordConditionHandler(new Decisions(through, codec, systemClock)).execute(
    new RecordCondition(
      { programmeId, urn, condition },
      { ...context(), actor: systemActor('record-conditions') },
    ),
  );
const recorded = async () => {
  const { state, history } = await decisions.load(allocation, id);
  return {
    met: state.status === 'none' ? undefined : state.conditions[condition]?.met,
    told: history.slice(1).map(({ type }) => type),
  };
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tranche-condition-'));
  store = await openSqliteEventStore({ path: join(folder, 'events.sqlite') });
  decisions = new Decisions(store, codec, systemClock);
  await decisions.execute(allocation, id, { type: 'OfferAllocation', data: facts }, context());
  await submitReport();
  await changeMind();
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

it('what is recorded is what stands in the end, also where it changed while it was recorded', async () => {
  await record(besides(2));
  expect(await recorded()).toEqual({
    met: true,
    told: ['ConditionMet', 'ConditionRevoked', 'ConditionMet'],
  });
});

it('what never stops changing is left to another try, which finds what stands by then', async () => {
  await expect(record(besides(Number.POSITIVE_INFINITY))).rejects.toMatchObject({
    code: 'CONDITION.CHANGING',
    message: `'report-1-accepted' of setting 124570 keeps changing; try again`,
    refusal: { kind: 'busy', details: { urn, condition } },
  });
  expect((await recorded()).met).toBe(false);
  await record(store);
  expect(await recorded()).toMatchObject({ met: true });
});
