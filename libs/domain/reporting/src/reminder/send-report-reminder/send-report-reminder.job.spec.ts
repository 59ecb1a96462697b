import { setting, settingRegistered } from '#domain/settings';
import { derivedId, eventIdOf, streamOf } from '#kernel';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { id, job, Works } from '../reminders-at-work.fixture.js';

describe('reminders, on the real engines', () => {
  let folder: string;
  let works: Works;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tranche-reminders-'));
    works = await Works.open(folder);
    await works.enrol();
  });

  afterEach(async () => {
    await works.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('are sent on the day in London, each once, and recorded', async () => {
    await works.at('2024-03-30T23:59:59.999Z');
    expect(await works.outbox()).toEqual([]);
    await works.at('2024-03-31T00:00:00Z');
    await works.at('2024-03-31T00:00:01Z');
    expect(await works.outbox()).toEqual([`${job('opens')}.json`]);
    await works.at('2024-10-26T22:59:59.999Z');
    expect(await works.sent()).toHaveLength(1);
    await works.at('2024-10-26T23:00:00Z');
    await works.at('2024-10-28T00:00:00Z');
    const sent = await works.sent();
    expect(sent.map(({ data }) => data['moment'])).toEqual(['opens', 'due', 'passed']);
    expect(sent[0]).toMatchObject({
      data: { ...id, window: 1, deadlineVersion: 1, jobId: job('opens'), file: `${job('opens')}.json` },
      metadata: {
        actor: { subject: 'system:reminders' },
        causationId: eventIdOf(
          derivedId('test', 'participation-ipswich.124570', '-1'),
          'participation-ipswich.124570',
          0,
        ),
        occurredAt: '2024-03-31T00:00:00.000Z',
      },
    });
    const message = JSON.parse(await readFile(join(folder, 'outbox', `${job('opens')}.json`), 'utf8'));
    expect(message).toMatchObject({
      jobId: job('opens'),
      to: 'setting 124570',
      subject: 'You can now send progress report 1, due on Sunday 27 October 2024',
    });
    expect(message.body).toContain('Ipswich Workforce Development Programme');
  });

  it('are to the setting as the register calls it on the day', async () => {
    const entry = settingRegistered({
      ...{ urn: id.urn, name: 'Oak Academy', ukprn: null, laCode: '935', laName: null },
      ...{ establishmentNumber: null, type: null, phase: 'Primary', status: 'Open', openDate: null },
      ...{ closeDate: null, districtCode: null, districtName: null, postcode: null },
      source: { file: 'gias-later.csv', row: 2, sha256: 'a'.repeat(64) },
    });
    await works.append(streamOf(setting, id.urn), entry);
    await works.at('2024-03-31T00:00:00Z');
    const message = JSON.parse(await readFile(join(folder, 'outbox', `${job('opens')}.json`), 'utf8'));
    expect(message.body).toContain('To Oak Academy (URN 124570)');
  });

  it('survive a crash between the outbox and the event: one file, one event', async () => {
    works.crashBefore = 'reminder-';
    await works.at('2024-03-31T00:00:00Z');
    const path = join(folder, 'outbox', `${job('opens')}.json`);
    const before = await stat(path);
    expect(await works.sent()).toEqual([]);
    expect(await works.jobs.get(job('opens'))).toMatchObject({ status: 'waiting', lastError: 'died here' });
    await works.at('2024-03-31T12:00:00Z');
    await works.at('2024-03-31T13:00:00Z');
    expect(await works.outbox()).toEqual([`${job('opens')}.json`]);
    const after = await stat(path);
    expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs]);
    expect(await works.sent()).toHaveLength(1);
    expect(await works.jobs.get(job('opens'))).toMatchObject({ status: 'done' });
  });

  it('that were sent by an attempt that died are recorded, though the report has arrived since', async () => {
    works.crashBefore = 'reminder-';
    await works.at('2024-03-31T00:00:00Z');
    expect(await works.sent()).toEqual([]);
    const handled = { id: job('opens'), payload: (await works.jobs.get(job('opens')))!.payload };
    await works.report();
    await works.run(handled, '2024-03-31T12:00:00Z');
    expect((await works.sent()).map(({ data }) => data['file'])).toEqual([`${job('opens')}.json`]);
  });

  it('that were sent by an attempt that died are recorded when a worker starts, though the job was cancelled', async () => {
    works.crashBefore = 'reminder-';
    await works.at('2024-03-31T00:00:00Z');
    await works.report();
    await works.at('2024-03-31T00:00:01Z');
    expect(await works.jobs.get(job('opens'))).toMatchObject({ status: 'cancelled' });
    expect(await works.sent()).toEqual([]);
    await works.startWorker();
    await works.startWorker();
    expect((await works.sent()).map(({ data }) => data['jobId'])).toEqual([job('opens')]);
  });

  it('are cancelled when the report arrives', async () => {
    await works.at('2024-03-31T00:00:00Z');
    await works.report();
    await works.at('2024-04-01T00:00:00Z');
    expect(await works.jobs.get(job('due'))).toMatchObject({ status: 'cancelled' });
    expect(await works.jobs.get(job('passed'))).toMatchObject({ status: 'cancelled' });
    await works.at('2024-10-28T00:00:00Z');
    expect(await works.sent()).toHaveLength(1);
  });

  it('are not sent if the report arrived before the policy has seen it', async () => {
    await works.at('2024-03-30');
    await works.report();
    const handled = { id: job('opens'), payload: (await works.jobs.get(job('opens')))!.payload };
    await works.run(handled, '2024-03-31T00:00:00Z');
    expect(await works.outbox()).toEqual([]);
    expect(await works.sent()).toEqual([]);
  });

  it('decide nothing when they come too late', async () => {
    await works.at('2024-10-28T00:00:00Z');
    expect(await works.jobs.get(job('opens'))).toMatchObject({ status: 'expired' });
    expect(await works.jobs.get(job('due'))).toMatchObject({ status: 'expired' });
    expect((await works.sent()).map(({ data }) => data['moment'])).toEqual(['passed']);
    // A worker whose clock has moved on since it claimed the job decides by the clock.
    const handled = { id: job('opens'), payload: (await works.jobs.get(job('opens')))!.payload };
    await works.run(handled, '2024-10-28T00:00:00Z');
    expect(await works.outbox()).toEqual([`${job('passed')}.json`]);
  });

  it('are not sent for a deadline that has been replaced', async () => {
    await works.at('2024-03-30');
    const payload = { ...(await works.jobs.get(job('opens')))!.payload, deadlineVersion: 2 };
    await works.run({ id: 'reminder.ipswich.124570.1.opens.v2', payload }, '2024-03-31T00:00:00Z');
    expect(await works.outbox()).toEqual([]);
  });

  it('are refused when the job does not say which', async () => {
    await expect(
      works.run({ id: 'x', payload: { ...id, window: 'one' } }, '2024-03-31'),
    ).rejects.toMatchObject({
      code: 'REMINDER.MALFORMED',
      message: expect.stringMatching(/window must be a whole number|is missing/),
    });
  });

  it('do nothing for a programme that is over when a setting is enrolled', async () => {
    await works.at('2026-01-01');
    expect(await works.outbox()).toEqual([]);
    expect(await works.sent()).toEqual([]);
  });
});
