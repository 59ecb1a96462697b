import { afterEach, describe, expect, it } from '@jest/globals';
import { MachineRoom } from './machine-room.js';

const logged: string[] = [];
const logger = {
  error: (_: unknown, message?: string) => void logged.push(message ?? ''),
  warn: (message: unknown) => void logged.push(String(message)),
};
let room: MachineRoom;
afterEach(async () => {
  await room.stop();
  logged.length = 0;
});

/** A real thread with a program of its own in place of ours. */
const thread = (program: string): URL =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`import { parentPort as port } from 'node:worker_threads';${program}`)}`,
  );
const WELL = "port.postMessage({ type: 'parts', parts: { all: { caughtUp: true } } });";
const OBEDIENT = "port.on('message', (m) => { if (m.type === 'stop') port.close(); });";

async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error('it never came to be');
    await new Promise((wake) => setTimeout(wake, 10));
  }
}

describe('the machine room', () => {
  it('tells how its parts are, and stops when asked', async () => {
    room = new MachineRoom(thread(WELL + OBEDIENT), logger as never);
    room.start();
    await until(() => room.state.parts['all']?.caughtUp === true);
    await room.stop();
    expect(room.state).toMatchObject({ running: false, restarts: 0, parts: {} });
    expect(logged).toEqual([]);
  });

  it('is started again whenever it dies, and is not well meanwhile', async () => {
    room = new MachineRoom(
      thread(`${WELL} setTimeout(() => { throw new Error('died'); }, 50);`),
      logger as never,
    );
    room.start();
    await until(() => room.state.restarts === 1);
    expect(room.state).toMatchObject({ running: false, parts: {} });
    await until(() => room.state.parts['all']?.caughtUp === true);
    await until(() => room.state.restarts === 2);
    expect(logged).toContain('the machine room failed');
    expect(logged).toContain('the machine room ended; it is started again');
  });

  it('is ended if it does not stop', async () => {
    room = new MachineRoom(thread(`${WELL} port.on('message', () => undefined);`), logger as never, 100);
    room.start();
    await until(() => room.state.running && room.state.parts['all'] !== undefined);
    await room.stop();
    expect(room.state.running).toBe(false);
    expect(logged.join()).toContain('did not stop in time');
  });

  it('says that a rebuild failed with the thread that did it, and does those that waited', async () => {
    const program = `${OBEDIENT} port.on('message', ({ rebuild }) => {
      if (rebuild === undefined) return;
      port.postMessage({ type: 'rebuild', rebuild: { ...rebuild, status: 'running' } });
      if (rebuild.collection === 'bad') setTimeout(() => process.exit(1), 20);
      else port.postMessage({ type: 'rebuild', rebuild: { ...rebuild, status: 'done' } });
    });`;
    room = new MachineRoom(thread(program), logger as never);
    room.start();
    const bad = room.rebuild('bad');
    await until(() => room.rebuildOf(bad.id)?.status === 'failed');
    const good = room.rebuild('good'); // While there is no thread.
    await until(() => room.rebuildOf(good.id)?.status === 'done');
    expect(room.rebuildOf(bad.id)?.failure).toContain('the live collection was not touched');
  });

  it('takes only so many rebuilds at a time', () => {
    room = new MachineRoom(thread(OBEDIENT), logger as never);
    for (let n = 0; n < 10; n += 1) room.rebuild(undefined);
    expect(() => room.rebuild(undefined)).toThrow(expect.objectContaining({ code: 'REBUILD.TOO_MANY' }));
  });
});
