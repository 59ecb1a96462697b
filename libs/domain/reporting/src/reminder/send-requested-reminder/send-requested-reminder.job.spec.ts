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

  it('that somebody asked for are not sent once the report has come', async () => {
    await works.at('2024-10-28T09:00:00Z');
    expect(await works.ask(ASKED[0]!)).toBe(1);
    await works.report();
    await works.at('2024-10-28T09:00:01Z');
    expect(requests(await works.outbox())).toEqual([]);
  });
});
