import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { join } from 'node:path';
import {
  acknowledgementsIn,
  compare,
  killedWhileWriting,
  startWriter,
  temporaryFolder,
} from './event-store.harness.js';

const WRITERS = 24;
const KILLS = 5;

describe('kill -9 of a process with many writers', () => {
  it('loses nothing that was acknowledged, tears nothing, doubles nothing', async () => {
    using folder = temporaryFolder();
    const options = {
      path: join(folder.path, 'events.sqlite'),
      acknowledgements: join(folder.path, 'acknowledged'),
      writers: WRITERS,
    };
    for (let n = 1; n <= KILLS; n += 1) {
      await killedWhileWriting(options);
      const findings = await compare(options.path, acknowledgementsIn(options.acknowledgements));
      expect(findings.acknowledged).toBeGreaterThan(100 * n);
      expect(findings).toMatchObject({ lost: [], twice: [], torn: [], gaps: [] });
    }
  });

  it('would be found to lose events if they were acknowledged before they are committed', async () => {
    using folder = temporaryFolder();
    const options = {
      path: join(folder.path, 'events.sqlite'),
      acknowledgements: join(folder.path, 'acknowledged'),
      writers: WRITERS,
      writerThread: new URL('./event-store-early-acknowledgement.thread.js', import.meta.url).href,
    };
    let lost = 0;
    // Once is enough but for a kill that comes in the moment between a late commit and the next acknowledgement.
    for (let n = 0; n < 3 && lost === 0; n += 1) {
      await killedWhileWriting(options);
      const findings = await compare(options.path, acknowledgementsIn(options.acknowledgements));
      // It is the moment of the acknowledgement that is wrong, nothing else: what was committed is whole.
      expect(findings).toMatchObject({ twice: [], torn: [], gaps: [] });
      lost = findings.lost.length;
    }
    expect(lost).toBeGreaterThan(0);
  });

  it('finds nothing amiss with that same thread when nobody kills it', async () => {
    using folder = temporaryFolder();
    const options = {
      path: join(folder.path, 'events.sqlite'),
      acknowledgements: join(folder.path, 'acknowledged'),
      writers: WRITERS,
      batches: 10,
      writerThread: new URL('./event-store-early-acknowledgement.thread.js', import.meta.url).href,
    };
    expect(await once(startWriter(options), 'exit')).toEqual([0, null]);
    const findings = await compare(options.path, acknowledgementsIn(options.acknowledgements));
    expect(findings.acknowledged).toBe(findings.events);
    expect(findings).toMatchObject({ lost: [], twice: [], torn: [], gaps: [] });
  });
});
