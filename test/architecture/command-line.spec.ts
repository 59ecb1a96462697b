// What can be said over HTTP can be said at the command line, and the other way round: every parameter of every operation.
import { describe, expect, it } from '@jest/globals';
import type { Command } from 'commander';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { opsProgram } from '../../apps/ops/src/program.js';
import { COUNTERPARTS } from './command-line.table.js';

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}
interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> };
}
const document = JSON.parse(
  await readFile(new URL('../../../infra/docs/openapi.json', import.meta.url), 'utf8'),
) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
};
const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));

/** At the command line: `--occurred-at` of every command; everything recorded is seen, and shown on one page. */
const EVERYWHERE = new Set(['occurredAt', 'atLeast', 'cursor', 'limit', 'after']);
/** Every command has these, and some say what the command line alone has: files to write to, and what is printed. */
const OF_THE_COMMAND_LINE = new Set([
  'json',
  'data',
  'as',
  'role',
  'occurredAt',
  'withoutWaiting',
  'errors',
  'out',
  'dryRun',
]);
/** `<programme>.<urn>.<number>`, as commands about tranches take it in one. */
const IN_ONE: Readonly<Record<string, readonly string[]>> = {
  ...{ programmeId: ['programme', 'id', 'tranche'], trancheId: ['id', 'tranche'] },
  ...{ urn: ['id', 'tranche'], number: ['id', 'tranche'] },
  ...{ amountPence: ['pence'], budgetPence: ['pence'] },
};
/** Said by something else than what the operation calls it. */
const OTHERWISE: Readonly<Record<string, readonly string[]>> = {
  // The hash of the file that was looked at over HTTP goes with `If-Match`; here it is said as a revision.
  'report accept': ['revision'],
  'report accept-part': ['revision'],
  'report return': ['revision'],
  // One command shows it as JSON or as CSV.
  'audit export': ['csv'],
  'plan export': ['csv'],
  // The form leaves out the groups that the setting has not got; over HTTP the instrument is read whole.
  'audit form': ['group'],
  // A position to begin at, where HTTP has one to go on after.
  events: ['from'],
};

function fieldsOf(schema: Schema | undefined): readonly string[] {
  if (schema === undefined) return [];
  if (schema.$ref !== undefined) return fieldsOf(document.components.schemas[schema.$ref.split('/').at(-1)!]);
  const parts = [...(schema.allOf ?? []), ...(schema.oneOf ?? [])].flatMap(fieldsOf);
  return [...Object.keys(schema.properties ?? {}), ...parts];
}
const bodyOf = ({ requestBody }: Operation): readonly string[] =>
  Object.values(requestBody?.content ?? {}).flatMap(({ schema }) => fieldsOf(schema));
const parametersOf = (operation: Operation): readonly string[] => [
  ...(operation.parameters ?? []).filter((one) => one.in !== 'header').map(({ name }) => name),
  ...bodyOf(operation),
];

const nowhere = (): Promise<never> => Promise.reject(new Error('the command was understood'));
const program = (): Command => opsProgram(nowhere, true);
function commandAt(path: string): Command {
  return path.split(' ').reduce<Command>((parent, name) => {
    const found = parent.commands.find((one) => one.name() === name);
    if (found === undefined) throw new Error(`there is no command ${path}`);
    return found;
  }, program());
}
const positional = (command: Command): readonly string[] =>
  command.registeredArguments.map((one) => one.name());
const optionsOf = (command: Command): readonly string[] =>
  command.options.map((option) => option.attributeName());

/** The fields of the operation's body that the command refuses in its file: it knows no such field. */
async function unknownInFile(path: string, fields: readonly string[]): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tranche-fields-'));
  const unknown: string[] = [];
  try {
    for (const field of fields) {
      const file = join(folder, 'body.json');
      await writeFile(file, JSON.stringify({ [field]: null }));
      const command = commandAt(path);
      const given = positional(command).map((name) => (name === 'file' ? file : '1'));
      const demanded = command.options.filter((one) => one.mandatory).flatMap((one) => [one.long!, '1']);
      const said = await program()
        .parseAsync([...path.split(' '), ...given, ...demanded], { from: 'user' })
        .catch((error: unknown) => (error as { code?: string }).code);
      if (said === 'FILE.UNKNOWN_FIELD') unknown.push(field);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  return unknown;
}

interface Placed {
  readonly path: string;
  readonly as: Readonly<Record<string, string>>;
  readonly without: readonly string[];
}

/** The command that does what an operation does; `undefined`: there is none, for the reason given. */
function placeOf({ operationId }: Operation): Placed | undefined {
  const counterpart = COUNTERPARTS[operationId];
  if (counterpart === undefined) return undefined;
  if (typeof counterpart === 'string') return { path: counterpart, as: {}, without: [] };
  if ('none' in counterpart) return undefined;
  return { path: counterpart.command, as: counterpart.as ?? {}, without: counterpart.without ?? [] };
}

/** What the operation takes and the command cannot be told. */
async function missingIn(operation: Operation): Promise<readonly string[]> {
  const placed = placeOf(operation);
  if (placed === undefined) return [];
  const { path, as, without } = placed;
  const command = commandAt(path);
  const names = [...positional(command), ...optionsOf(command)];
  const unsaid = parametersOf(operation).filter(
    (one) =>
      !EVERYWHERE.has(one) &&
      !without.includes(one) &&
      !names.includes(as[one] ?? one) &&
      !(IN_ONE[one] ?? []).some((name) => names.includes(name)),
  );
  if (!positional(command).includes('file')) return unsaid;
  const inFile = bodyOf(operation).filter((one) => unsaid.includes(one));
  const unknown = await unknownInFile(path, inFile);
  return unsaid.filter((one) => !inFile.includes(one) || unknown.includes(one));
}

describe('every operation of the API', () => {
  it('has its command, or says why there is none', () => {
    const ids = operations.map(({ operationId }) => operationId);
    expect(ids.filter((id) => !Object.hasOwn(COUNTERPARTS, id))).toEqual([]);
    expect(Object.keys(COUNTERPARTS).filter((id) => !ids.includes(id))).toEqual([]);
  });

  it('takes nothing that its command cannot be told', async () => {
    const missing: Record<string, readonly string[]> = {};
    for (const operation of operations) {
      const names = await missingIn(operation).catch((error: Error) => [error.message]);
      if (names.length > 0) missing[operation.operationId] = names;
    }
    expect(missing).toEqual({});
  }, 60_000);

  it('can be told everything that its command can', () => {
    const known = new Map<string, readonly string[]>();
    for (const operation of operations) {
      const placed = placeOf(operation);
      if (placed === undefined) continue;
      const names = parametersOf(operation).map((one) => placed.as[one] ?? one);
      known.set(placed.path, [...(known.get(placed.path) ?? []), ...names]);
    }
    const more: Record<string, readonly string[]> = {};
    for (const [path, names] of known) {
      const also = OTHERWISE[path] ?? [];
      const unknown = optionsOf(commandAt(path)).filter(
        (one) => !OF_THE_COMMAND_LINE.has(one) && !names.includes(one) && !also.includes(one),
      );
      if (unknown.length > 0) more[path] = unknown;
    }
    expect(more).toEqual({});
  });
});
