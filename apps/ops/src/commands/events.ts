import { EVENT_STORE, type EventStore, type StoredEvent } from '#platform/event-store';
import { positionFrom, toJson } from '#platform/http';
import type { Command } from 'commander';
import { UsageError } from '../failure.js';
import { writeOut } from '../output.js';
import { withGlobals, type Register } from '../session.js';

interface Options {
  readonly stream?: string;
  readonly from?: string;
  readonly type?: string;
}

function positionOf(from: string | undefined): bigint {
  try {
    return from === undefined ? 0n : positionFrom(from, '--from');
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function line({ id, stream, revision, position, type, data, metadata }: StoredEvent): string {
  return `${toJson({ id, stream, revision, position, type, data, metadata })}\n`;
}

/** `events`: history as it is stored, one JSON event a line with or without `--json`. */
export const registerEvents: Register = (program, session) => {
  withGlobals(program.command('events'))
    .description('the events as stored, one JSON object a line')
    .option('--stream <name>', 'only those of one stream, such as programme-ipswich')
    .option('--from <position>', 'only those at this position or later')
    .option('--type <name>', 'only those of one type, such as TrancheReleased')
    .action(async ({ stream, from, type }: Options, command: Command) => {
      const first = positionOf(from);
      const ops = await session(command);
      const store = ops.app.get<EventStore>(EVENT_STORE);
      if (stream !== undefined) {
        for await (const event of store.readStream(stream)) {
          if (event.position >= first && (type ?? event.type) === event.type) await writeOut(line(event));
        }
        return;
      }
      const asked = {
        ...(first > 0n ? { after: first - 1n } : {}),
        ...(type === undefined ? {} : { filter: { types: [type] } }),
      };
      for await (const page of store.readAll(asked)) {
        await writeOut(page.map(line).join(''));
      }
    });
};
