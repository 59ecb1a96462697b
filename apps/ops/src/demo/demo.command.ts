import { trancheId, trancheReleased } from '#domain/funding';
import type { EventOf, RecordedEvent } from '#kernel';
import { dataPaths, type Configuration } from '#platform/config';
import { EventCodec } from '#platform/event-store';
import { toJson } from '#platform/http';
import type { Command } from 'commander';
import { resolve } from 'node:path';
import { UsageError } from '../failure.js';
import type { Office } from '../office.js';
import { configurationOf, optionsOf } from '../open-session.js';
import { progressOnStderr } from '../output.js';
import type { Register } from '../session.js';
import { quoted, typedNext } from '../typed-next.js';
import { demonstrate, type Audience, type DemoFiles, type Demonstration } from './demo.js';
import { buildingPlace, makeRoomIn, moveIn, refuseUnlessRoomIn, refuseUsedServer } from './place.js';

interface DemoCommandOptions extends DemoFiles {
  readonly force?: true;
}

/** `demo`: two academic years of a made-up programme, in a store of its own. */
export const registerDemo: Register = (program) => {
  program
    .command('demo')
    .description(
      'run two academic years of a made-up programme on a simulated clock, and show what came of it',
    )
    .option('--gias <file>', 'a GIAS extract of your own (default: made-up settings)')
    .option(
      '--workforce <file>',
      'a school workforce census for it (default: figures are made up, and said to be)',
    )
    .option('--data <dir>', 'the data folder (default: DATA_DIR, else ./data)')
    .option('--force', 'replace a demo that is there; a store that is not a demo is never touched')
    .option('--json', 'answer in JSON')
    .action(async (options: DemoCommandOptions, command: Command) => {
      const given = optionsOf(command);
      for (const name of ['as', 'role', 'occurredAt'] as const) {
        if (given[name] !== undefined)
          throw new UsageError(
            'the demo has people and a clock of its own: --as, --role and --occurred-at are not for it',
          );
      }
      for (const name of ['gias', 'workforce'] as const) {
        if (options[name] === '') throw new UsageError(`--${name} must name a file`);
      }
      const configuration = configurationOf(command);
      const json = optionsOf(command).json === true;
      const told = await runDemo(configuration, options, audienceOf(json));
      if (json) process.stdout.write(`${toJson(told, 2)}\n`);
      else await show(program, told);
    });
};

function audienceOf(json: boolean): Audience {
  return {
    say: (line) => void (json ? undefined : process.stderr.write(`${line}\n`)),
    progress: (label, total) => progressOnStderr(label, total, json),
  };
}

/** What the demonstration came to. */
interface Told extends Pick<Demonstration, 'programmeId' | 'leftOut' | 'stopped'> {
  readonly data: string;
  readonly from: string;
  readonly to: string;
  readonly events: number;
  readonly seconds: number;
  /** Name of the census in the data folder whose figures are made up; `null` if there is none. */
  readonly madeUpCensus: string | null;
  /** A tranche worth explaining; `null` if none was released. */
  readonly explained: string | null;
}

/** Built beside and moved in when it is whole: one that fails leaves everything as it was. */
async function runDemo(
  configuration: Configuration,
  { force, ...files }: DemoCommandOptions,
  audience: Audience,
): Promise<Told> {
  const began = performance.now();
  const { dataFolder } = configuration;
  const { events: server } = configuration.engines;
  if (server !== undefined) await refuseUsedServer(server, dataFolder);
  await refuseUnlessRoomIn(dataFolder, force === true);
  const place = await buildingPlace(dataFolder);
  try {
    const demonstration = await demonstrate({ ...configuration, dataFolder: place.folder }, files, audience);
    const { office, programmeId, calendar, leftOut, stopped, madeUp } = demonstration;
    const bar = audience.progress('Read models', 1);
    await office.settle();
    bar.advance();
    bar.done();
    const { events, explained } = await looked(office);
    await office.close();
    await makeRoomIn(dataFolder, force === true);
    await moveIn(place.folder, dataFolder);
    return {
      ...{ programmeId, data: dataFolder, from: calendar.startsOn, to: calendar.endsOn, events, explained },
      ...{ seconds: Math.round((performance.now() - began) / 100) / 10, madeUpCensus: madeUp ?? null },
      ...{ leftOut, stopped },
    };
  } finally {
    await place.clear();
  }
}

/** How many events there are, and a second tranche that was released if there is one: it rests on all there is. */
async function looked({ app, stores }: Office): Promise<{ events: number; explained: string | null }> {
  const codec = app.get(EventCodec);
  let events = 0;
  let released: EventOf<typeof trancheReleased>['data'] | undefined;
  for await (const page of stores.events.readAll()) {
    events += page.length;
    for (const stored of page) {
      if (stored.type !== trancheReleased.type || (released?.number ?? 0) >= 2) continue;
      released = (codec.decode(stored) as RecordedEvent<EventOf<typeof trancheReleased>>).data;
    }
  }
  if (released === undefined) return { events, explained: null };
  return { events, explained: trancheId(released.programmeId, released.urn, released.number) };
}

/** Shows what the ordinary commands say of it: nothing here is made for the demonstration alone. */
async function show(program: Command, told: Told): Promise<void> {
  const { programmeId, data, explained, leftOut, stopped } = told;
  const there = data === resolve('data') ? {} : { data };
  const run = async (...words: string[]): Promise<void> => {
    process.stdout.write(`\n$ ${typedNext(words, there)}\n`);
    await program.parseAsync([...words, '--data', data], { from: 'user' });
  };
  process.stdout.write(
    `\n${told.events} events from ${told.from} to ${told.to}, in ${told.seconds} s, in ${dataPaths(data).events}.\n`,
  );
  if (leftOut.length > 0) {
    process.stdout.write(`\nLeft out, because\n${reasons(leftOut)}\n`);
  }
  for (const { owner, step, message } of stopped) {
    process.stdout.write(`\n${owner} stopped at ${step}: ${message}\n`);
  }
  await run('ledger', programmeId);
  if (explained !== null) await run('explain', 'tranche', explained);
  if (told.madeUpCensus !== null) {
    process.stdout.write(`\nRemember: the numbers of teachers in ${told.madeUpCensus} are made up.\n`);
  }
  const folder = 'data' in there ? `DATA_DIR=${quoted(data)} ` : '';
  process.stdout.write(
    [
      '',
      'What next:',
      `  ${folder}npm start                       then http://127.0.0.1:3000/docs`,
      `  ${typedNext(['token', '--subject', 'you', '--role', 'board'], there)}`,
      `  ${typedNext(['snapshots', programmeId], there)}`,
      '',
    ].join('\n'),
  );
}

function reasons(leftOut: Told['leftOut']): string {
  return [...Map.groupBy(leftOut, ({ why }) => why)]
    .map(([why, settings]) => {
      const names = settings.map(({ urn, name }) => `${urn} ${name}`);
      const shown = names.slice(0, 5).join('; ');
      return `  ${why}: ${shown}${names.length > 5 ? `; and ${names.length - 5} more` : ''}`;
    })
    .join('\n');
}
