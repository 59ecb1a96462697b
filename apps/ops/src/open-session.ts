import { derivedId, isUuid, parseOccurrence, randomId } from '#kernel';
import { readConfiguration, type Configuration } from '#platform/config';
import type { CommandContext } from '#platform/event-store';
import { toJson } from '#platform/http';
import { ReadModels } from '#platform/read-store';
import { commandLineActor, operatingSystemAccount } from '#platform/identity';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { Command } from 'commander';
import { requireOurs } from '../../composition/src/index.js';
import { UsageError } from './failure.js';
import { openOffice, type Office } from './office.js';
import { progressOnStderr } from './output.js';
import type { GlobalOptions, OpsSession } from './session.js';
import { Waiting } from './waiting.js';

/** The commands with which a new data folder may begin. Any other on a folder without a store is a slip in `--data`. */
const MAY_BEGIN = new Set(['import settings', 'programme create']);

/** What mends a store that is not of one piece, or only looks at it, is not refused for its being so. */
const MENDS = new Set(['rebuild', 'jobs reset', 'records adopt', 'jobs', 'events', 'health', 'token']);

export function optionsOf(command: Command): GlobalOptions {
  return command.optsWithGlobals<GlobalOptions>();
}

/** `snapshot take`: the command's name with those of its parents, without the program's. */
export function nameOf(command: Command): string {
  const { parent } = command;
  return parent?.parent ? `${nameOf(parent)} ${command.name()}` : command.name();
}

/** Logs at `warn` unless told otherwise: a person at a terminal reads what the command says, not how it did it. */
export function configurationOf(command: Command): Configuration {
  const { data } = optionsOf(command);
  if (data === '') throw new UsageError('--data must name a folder');
  const environment = { ...process.env, LOG_LEVEL: process.env['LOG_LEVEL'] || 'warn' };
  return readConfiguration(data === undefined ? environment : { ...environment, DATA_DIR: data });
}

/** @throws UsageError, RefusalError for `--as`, `--role` or `--occurred-at` */
function contextOf(
  options: GlobalOptions,
  said: { occurredAt?: string; commandId?: string } = {},
): CommandContext {
  const actor = commandLineActor({
    subject: options.as ?? operatingSystemAccount(),
    role: options.role ?? 'operations',
  });
  const occurredAt = said.occurredAt ?? options.occurredAt;
  const named = said.commandId;
  // A command id may be any words; whatever they are, it becomes a UUID that is the same each time.
  const commandId = named === undefined ? randomId() : isUuid(named) ? named : derivedId('command', named);
  return {
    commandId,
    correlationId: commandId,
    causationId: commandId,
    actor,
    ...(occurredAt === undefined ? {} : { occurredAt: parseOccurrence(occurredAt, 'occurredAt') }),
  };
}

/** Lets what follows happen, and shows what is waited for; with `--json` it shows nothing. */
async function settled(
  office: Office,
  { json, withoutWaiting }: GlobalOptions,
  shown: Promise<unknown> | undefined,
): Promise<void> {
  if (withoutWaiting === true) return;
  if (json === true) return office.settle();
  const waiting = new Waiting(process.stderr);
  if (shown !== undefined) waiting.holdBackUntil(shown);
  try {
    await office.settle((step) => waiting.told(step));
  } finally {
    waiting.over();
  }
}

/** Opens what a command works with; of one program run, all commands share one office. */
export class Sessions {
  private office: Promise<Office> | undefined;

  readonly open = async (command: Command): Promise<OpsSession> => {
    const options = optionsOf(command);
    const json = options.json === true;
    // What is wrong with the options is said before any file is made.
    contextOf(options);
    this.office ??= openOffice(configurationOf(command), { create: MAY_BEGIN.has(nameOf(command)) });
    const office = await this.office;
    const { app } = office;
    if (!MENDS.has(nameOf(command))) await requireOurs(app.get(ReadModels), office.stores);
    return {
      app,
      commands: app.get(CommandBus),
      queries: app.get(QueryBus),
      context: (said) => contextOf(options, said),
      print: (result, human) => void process.stdout.write(`${json ? toJson(result, 2) : human()}\n`),
      progress: (label, total) => progressOnStderr(label, total, json),
      settle: (shown) => settled(office, options, shown),
      waits: options.withoutWaiting !== true,
    };
  };

  /** @param failed a store that was made only to be refused is taken away again: nothing was written */
  async close(failed: boolean): Promise<void> {
    const office = await this.office?.catch(() => undefined);
    await (failed ? office?.closeUnused() : office?.close());
  }
}
