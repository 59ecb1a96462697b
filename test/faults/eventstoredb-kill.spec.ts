import { describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventStoreDouble } from '../engines/eventstoredb/eventstoredb-double.js';
import { findingsOf, Load } from './eventstoredb.harness.js';

describe('the EventStoreDB adapter, when its protocol double', () => {
  it('is killed and started again under load: nothing lost, nothing twice, everything heard in order', async () => {
    const double = await EventStoreDouble.start();
    try {
      const load = await Load.start({ url: double.url, writers: 12 });
      for (let n = 0; n < 6; n += 1) {
        await sleep(300 + Math.random() * 500);
        await double.kill();
        await sleep(Math.random() * 400);
        await double.start();
      }
      await sleep(500);
      const report = await load.finish();
      expect(report.failed).toEqual([]);
      expect(report.overlaps).toBe(0);
      const findings = await findingsOf(double.url, report);
      expect(findings.acknowledged).toBeGreaterThan(200);
      expect(findings).toMatchObject({ lost: [], twice: [], unheard: [], isHeardInOrder: true });
    } finally {
      await double.remove();
    }
  });

  it('is stopped in good order and started again under load: the same', async () => {
    const double = await EventStoreDouble.start();
    try {
      const load = await Load.start({ url: double.url, writers: 12 });
      for (let n = 0; n < 3; n += 1) {
        await sleep(400);
        await double.stop();
        await sleep(200);
        await double.start();
      }
      await sleep(500);
      const report = await load.finish();
      expect(report.failed).toEqual([]);
      expect(await findingsOf(double.url, report)).toMatchObject({
        lost: [],
        twice: [],
        unheard: [],
        isHeardInOrder: true,
      });
    } finally {
      await double.remove();
    }
  });

  it('cuts its streams under a slow handler: no event skipped, none out of order, no two at once', async () => {
    const double = await EventStoreDouble.start();
    try {
      const load = await Load.start({ url: double.url, writers: 6, handlingMilliseconds: 15 });
      for (let n = 0; n < 25; n += 1) {
        await sleep(40 + Math.random() * 120);
        await double.cutStreams();
      }
      const report = await load.finish();
      expect(report.failed).toEqual([]);
      expect(report.overlaps).toBe(0);
      expect(await findingsOf(double.url, report)).toMatchObject({
        lost: [],
        twice: [],
        unheard: [],
        isHeardInOrder: true,
      });
    } finally {
      await double.remove();
    }
  });
});
