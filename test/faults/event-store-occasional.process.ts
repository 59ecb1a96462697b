// A process that appends now and then, and says when each append was acknowledged.
import { randomId } from '#kernel';
import { openSqliteEventStore } from '#platform/event-store';
import { setTimeout as sleep } from 'node:timers/promises';

const [path = '', count = '0'] = process.argv.slice(2);
const store = await openSqliteEventStore({ path });
for (let n = 0; n < Number(count); n += 1) {
  await sleep(10 + Math.random() * 90);
  const stream = `occasional-${randomId()}`;
  await store.append(stream, 'no-stream', [{ id: randomId(), type: 'Happened', data: {}, metadata: {} }]);
  process.stdout.write(`${JSON.stringify({ stream, at: Date.now() })}\n`);
}
await store.close();
