import { EventCodec, openSqliteEventStore } from '#platform/event-store';
import { describe, expect, it } from '@jest/globals';
import { given, instant } from '#testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Measuring } from '../measures/measures.js';
import { foldHistory } from './fold-history.js';
import { evaluationSnapshotTaken } from './snapshot.events.js';
import { snapshot, type FrozenMeasures } from './snapshot.js';

const frozen: FrozenMeasures = {
  snapshotId: 'one',
  programmeId: 'ipswich',
  cut: { eventId: 'last', count: 12 },
  hash: 'a'.repeat(64),
  historyHash: 'b'.repeat(64),
  measures: new Measuring('ipswich').result(),
};
const take = {
  type: 'TakeSnapshot',
  data: { ...frozen, latestOccurredAt: instant('2024-01-01') },
} as const;

describe('a snapshot', () => {
  it('is taken once and frozen with all it says', () => {
    given(snapshot).when(take).then(evaluationSnapshotTaken(frozen));
  });

  it('taken again with the same hash changes nothing', () => {
    given(snapshot, evaluationSnapshotTaken(frozen)).when(take).thenNothing();
  });

  it('is not overwritten by another', () => {
    given(snapshot, evaluationSnapshotTaken(frozen))
      .when({ ...take, data: { ...take.data, hash: 'c'.repeat(64) } })
      .thenRefused('SNAPSHOT.ALREADY_TAKEN');
  });

  it('is of something that has happened', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tranche-snapshot-'));
    const store = await openSqliteEventStore({ path: join(folder, 'events.sqlite') });
    await expect(foldHistory(store, new EventCodec([]), 'ipswich')).rejects.toMatchObject({
      code: 'SNAPSHOT.NO_HISTORY',
    });
    await store.close();
    await rm(folder, { recursive: true });
  });

  it('cannot have been taken before the last thing it measures', () => {
    given(snapshot).when(take, { at: '2023-12-31' }).thenRefused('TIME.BEFORE_ITS_FACTS');
  });
});
