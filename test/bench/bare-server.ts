// The least that could do a command's work: one Fastify route that inserts one row of the same shape through the
// same group commit, with no identity, validation, folding or decision. A process of its own, as the API is.
import { openSqliteEventStore } from '#platform/event-store';
import fastify from 'fastify';
import { join } from 'node:path';

const store = await openSqliteEventStore({ path: join(process.argv[2]!, 'events.sqlite') });
const app = fastify({ logger: false });

interface Insert {
  readonly stream: string;
  readonly id: string;
  readonly data: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
}

app.post<{ Body: Insert }>('/insert', async (request) => {
  const { stream, id, data, metadata } = request.body;
  const { revision, position } = await store.append(stream, 'no-stream', [
    { id, type: 'Inserted', data, metadata },
  ]);
  return { revision: String(revision), position: String(position) };
});

process.on('SIGTERM', () => {
  void app
    .close()
    .then(() => store.close())
    .then(() => process.exit(0));
});
process.stdout.write(`listens on ${await app.listen({ host: '127.0.0.1', port: 0 })}\n`);
