import { derivedId } from '#kernel';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Works } from '../reminders-at-work.fixture.js';

describe('reminders, on the real engines,', () => {
  let folder: string;
  let works: Works;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tranche-requested-'));
    works = await Works.open(folder);
    await works.enrol();
  });

  afterEach(async () => {
    await works.close();
    await rm(folder, { recursive: true, force: true });
  });

  const requests = (names: readonly string[]): readonly string[] =>
    names.filter((name) => name.includes('.requested.'));
  const ASKED = ['a', 'b', 'c'].map((name) => derivedId('asked', name));

  it('that somebody asked for are decided first, and sent once, however many ask at once', async () => {
    await works.at('2024-10-28T09:00:00Z');
    expect((await Promise.all(ASKED.map((command) => works.ask(command)))).sort()).toEqual([0, 0, 1]);
    expect(requests(await works.outbox())).toEqual([]);
    works.crashBefore = 'reminder-';
    await works.at('2024-10-28T09:00:01Z');
    expect(requests(await works.outbox())).toHaveLength(1);
    await works.at('2024-10-29T09:00:00Z');
    await works.at('2024-10-29T10:00:00Z');
    expect(requests(await works.outbox())).toHaveLength(1);
    const [request, sent, ...more] = (await works.sent()).filter(({ type }) => type !== 'ReminderSent');
    expect([request!.type, sent!.type, more]).toEqual(['ReminderRequested', 'ReminderSentOnRequest', []]);
    expect(sent).toMatchObject({
      data: { moment: 'passed', file: requests(await works.outbox())[0] },
      metadata: { causationId: request!.id, actor: { subject: 'system:reminders' } },
    });
    await works.beginAnew(sent!.data['jobId'] as string);
    expect(await works.outbox()).toEqual([]);
  });

  it('that were not sent as the deadline was moved are sent to whoever asks again on that day, once', async () => {
    await works.at('2024-10-27T09:00:00Z');
    expect(await works.ask(ASKED[0]!, '2024-10-27T09:00:01Z')).toBe(1);
    await works.extend('2024-10-30');
    expect(await works.ask(ASKED[1]!, '2024-10-27T10:00:00Z')).toBe(1);
    expect(await works.ask(ASKED[2]!, '2024-10-27T10:00:01Z')).toBe(0);
    await works.at('2024-10-27T11:00:00Z');
    await works.at('2024-10-27T12:00:00Z');
    const [first, second, sent, ...more] = (await works.sent()).filter(({ type }) => type !== 'ReminderSent');
    expect([first!.type, second!.type, more]).toEqual(['ReminderRequested', 'ReminderRequested', []]);
    expect(sent).toMatchObject({
      ...{ type: 'ReminderSentOnRequest', data: { moment: 'opens', deadlineVersion: 2 } },
      metadata: { causationId: second!.id },
    });
    expect(requests(await works.outbox())).toHaveLength(1);
    expect(await works.ask(derivedId('asked', 'd'), '2024-10-27T12:00:01Z')).toBe(0);
  });

  it('that were sent by an attempt that died are not sent again to whoever asks anew', async () => {
    await works.at('2024-10-27T09:00:00Z');
    expect(await works.ask(ASKED[0]!, '2024-10-27T09:00:01Z')).toBe(1);
    works.crashBefore = 'reminder-';
    await works.at('2024-10-27T09:00:02Z');
    expect(requests(await works.outbox())).toHaveLength(1);
    await works.extend('2024-10-30');
    expect(await works.ask(ASKED[1]!, '2024-10-27T09:00:03Z')).toBe(1);
    await works.at('2024-10-27T09:00:04Z');
    await works.at('2024-10-27T12:00:00Z');
    expect(requests(await works.outbox())).toHaveLength(1);
    const told = (await works.sent()).filter(({ type }) => type === 'ReminderSentOnRequest');
    expect(told).toMatchObject([{ data: { moment: 'due', deadlineVersion: 1 } }]);
    expect(await works.ask(ASKED[2]!, '2024-10-27T12:00:01Z')).toBe(0);
  });

  it('that somebody asked for are not sent once the report has come', async () => {
    await works.at('2024-10-28T09:00:00Z');
    expect(await works.ask(ASKED[0]!)).toBe(1);
    await works.report();
    await works.at('2024-10-28T09:00:01Z');
    expect(requests(await works.outbox())).toEqual([]);
  });
});
