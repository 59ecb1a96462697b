// A planted mistake: a writer thread that acknowledges when it has received, and commits a little later. It speaks
// the store's protocol, so that the harness of the kill test can be shown to find what such a thread loses.
import type { AppendReply, AppendRequest, FromWriter, ToWriter, WriterData } from '#platform/event-store';
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

const COMMIT_EVERY_MILLISECONDS = 300;
const FIELDS = 4;

const port = parentPort!;
const database = new DatabaseSync((workerData as WriterData).path);
database.exec('PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000');
const insert = database.prepare(
  'INSERT INTO events (stream, revision, id, type, data, metadata) VALUES (?, ?, ?, ?, ?, ?)',
);
const last = database.prepare('SELECT ifnull(max(position), 0) AS position FROM events').get();
let position = Number(last?.['position']);
let uncommitted: AppendRequest[] = [];

function send(message: FromWriter): void {
  port.postMessage(message);
}

function acknowledge({ expected, fields }: AppendRequest): AppendReply {
  const count = fields.length / FIELDS;
  position += count;
  return [expected + count, position];
}

function commit(): void {
  database.exec('BEGIN IMMEDIATE');
  for (const { stream, expected, fields } of uncommitted) {
    for (let at = 0; at < fields.length; at += FIELDS) {
      insert.run(stream, expected + 1 + at / FIELDS, ...fields.slice(at, at + FIELDS));
    }
  }
  database.exec('COMMIT');
  uncommitted = [];
}

const timer = setInterval(commit, COMMIT_EVERY_MILLISECONDS);
port.on('message', (message: ToWriter) => {
  if (message.kind === 'append') {
    uncommitted.push(...message.requests);
    send({ kind: 'appended', replies: message.requests.map(acknowledge) });
  }
  if (message.kind === 'close') {
    clearInterval(timer);
    commit();
    database.close();
    send({ kind: 'closed' });
    port.close();
  }
});
send({ kind: 'ready' });
