// The one thread that appends for its process: it takes what has arrived, commits it as one group, and only then
// replies. While it waits for the disk the next group gathers by itself.
import { RefusalError } from '#kernel';
import { openDatabase } from '#platform/sqlite';
import { BroadcastChannel, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { DatabaseSync } from 'node:sqlite';
import { GroupCommit } from './group-commit.js';
import type { AppendReply, AppendRequest, Durability, FromWriter, ToWriter, WriterData } from './protocol.js';
import { EVENTS_FILE } from './schema.js';

/** Most appends in one transaction: bounds how long the first of them waits. */
const LARGEST_GROUP = 1000;

const port = parentPort!;
const options = workerData as WriterData;

function open(): DatabaseSync | undefined {
  try {
    return openDatabase(options.path, EVENTS_FILE, options);
  } catch (error) {
    if (!(error instanceof RefusalError)) throw error;
    send({ kind: 'unusable', refusal: error.refusal });
    return undefined;
  }
}

function send(message: FromWriter): void {
  port.postMessage(message);
}

function durabilityOf(database: DatabaseSync): Durability {
  return {
    journalMode: String(database.prepare('PRAGMA journal_mode').get()!['journal_mode']),
    synchronous: Number(database.prepare('PRAGMA synchronous').get()!['synchronous']),
  };
}

function serve(database: DatabaseSync): void {
  const group = new GroupCommit(database, options.busyMilliseconds);
  const nudge = new BroadcastChannel(options.channel);
  const written = (reply: AppendReply): boolean => Array.isArray(reply) && reply[1] !== -1;

  const append = (requests: readonly AppendRequest[]): void => {
    for (let at = 0; at < requests.length; at += LARGEST_GROUP) {
      const replies = group.write(requests.slice(at, at + LARGEST_GROUP));
      send({ kind: 'appended', replies });
      if (replies.some(written)) nudge.postMessage(null);
    }
  };

  port.on('message', (first: ToWriter) => {
    const waiting: ToWriter[] = [first];
    for (let next; (next = receiveMessageOnPort(port)) !== undefined;) waiting.push(next.message as ToWriter);
    append(waiting.flatMap((message) => (message.kind === 'append' ? message.requests : [])));
    for (const message of waiting) {
      if (message.kind === 'durability') send({ kind: 'durability', durability: durabilityOf(database) });
      if (message.kind === 'close') {
        database.close();
        nudge.close();
        send({ kind: 'closed' });
        port.close();
      }
    }
  });
  send({ kind: 'ready' });
}

const database = open();
if (database !== undefined) serve(database);
