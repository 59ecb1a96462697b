import { refusal, RefusalError } from '#kernel';
import { dataPaths } from '#platform/config';
import {
  copyStore,
  openEventStoreDb,
  openSqliteEventStore,
  type EventStore,
  type StoreIdentity,
} from '#platform/event-store';
import { toJson } from '#platform/http';
import type { Command } from 'commander';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { optionsOf } from '../open-session.js';
import { progressOnStderr, type Progress } from '../output.js';
import type { Register } from '../session.js';
import { quoted } from '../typed-next.js';

const SERVER = /^(esdb|kurrentdb)(\+discover)?:\/\//;

interface Options {
  readonly from: string;
  readonly to: string;
}

/** `copy`: the whole event store from one engine to another. */
export const registerCopy: Register = (program) => {
  program
    .command('copy')
    .description('copy every event to another engine, in order, and verify it; run again, it goes on')
    .requiredOption('--from <url>', 'esdb://… or the data folder of an embedded store')
    .requiredOption('--to <url>', 'the same; empty, or what an earlier copy has left')
    .option('--json', 'answer in JSON')
    .action(async ({ from, to }: Options, command: Command) => {
      const json = optionsOf(command).json === true;
      const source = await openSource(from);
      try {
        const target = await openTarget(to, source.identity.kind);
        try {
          const copied = await copyWithProgress(source, target, json);
          const told = { ...copied, from: source.identity, to: target.identity };
          process.stdout.write(json ? `${toJson(told, 2)}\n` : inWords(told, to));
        } finally {
          await target.close();
        }
      } finally {
        await source.close();
      }
    });
};

async function copyWithProgress(
  source: EventStore,
  target: EventStore,
  json: boolean,
): ReturnType<typeof copyStore> {
  let bar: Progress | undefined;
  let shown = 0;
  try {
    return await copyStore(source, target, ({ done, total }) => {
      bar ??= progressOnStderr('events written, then read again', total, json);
      bar.advance(done - shown);
      shown = done;
    });
  } finally {
    bar?.done();
  }
}

function inWords(
  { events, written, root }: { events: number; written: number; root: string },
  to: string,
): string {
  const where = SERVER.test(to) ? 'EVENTSTORE_URL set to it' : `--data ${quoted(folderOf(to))}`;
  return (
    `${events} events are there, ${written} of them written now. Both logs have the Merkle tree head ${root}.\n` +
    `What is made from them is made anew there, and the records are given to it: \`npm run -s ops -- rebuild\`, \`jobs reset\`, \`records adopt\` with ${where}.\n`
  );
}

function folderOf(text: string): string {
  return resolve(text.startsWith('file:') ? fileURLToPath(text) : text);
}

async function openSource(text: string): Promise<EventStore> {
  if (SERVER.test(text)) return openEventStoreDb({ url: text });
  const path = dataPaths(folderOf(text)).events;
  if (existsSync(path)) return openSqliteEventStore({ path });
  throw new RefusalError(
    refusal('STORE.MISSING', 'not-found', `--from: there is no event store in ${folderOf(text)}`, {
      field: '--from',
      folder: folderOf(text),
    }),
  );
}

/** Of the same kind as the source: a demonstration stays one wherever it is moved. */
async function openTarget(text: string, kind: StoreIdentity['kind']): Promise<EventStore> {
  if (SERVER.test(text)) return openEventStoreDb({ url: text, kind });
  const folder = folderOf(text);
  await mkdir(folder, { recursive: true, mode: 0o750 });
  return openSqliteEventStore({ path: dataPaths(folder).events, kind });
}
