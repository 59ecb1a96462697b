import { fold, isRefusal, type Instant, type Position } from '#kernel';
import type { CommandContext, Decisions } from '#platform/event-store';
import { createHash } from 'node:crypto';
import { forEachOf, type Problem, type Problems } from '#platform/csv';
import { rowCommandId, type ImportProgress, type RowCommand, type RowsOfFile } from '../import-rows.js';
import { flagOf, type SettingFlag } from '../setting-rules.js';
import { setting, type SettingCommand, type SettingState } from '../setting.js';
import { changesOf, type FieldChange } from './importable.js';

const AT_ONCE = 64;
/** Of new, of changed and of rejected rows each, so many are told one by one; the counts are of all. */
export const MOST_ROWS_TOLD = 1000;

export interface RowCounts {
  readonly new: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly rejected: number;
  /** Of a file of links, which is the whole country's: settings that are not in the register, and of no concern. */
  readonly notRegistered: number;
}

/** A setting with which something happened after a moment. */
export interface ChangedSetting {
  readonly urn: string;
  readonly revision: string;
  /** The type of its last event. */
  readonly event: string;
}

export interface SettingOfRow {
  readonly row: number;
  readonly urn: string;
  readonly name: string;
}

/** What every row of a file would come to. */
export interface LookedAt {
  /** How many rows could be looked at. */
  readonly rows: number;
  readonly counts: RowCounts;
  /** SHA-256 over row, URN, revision read and outcome of all rows, in their order. */
  readonly digest: string;
  /** The rows that ask for something, each at the revision that it was looked at on. */
  readonly toWrite: readonly RowCommand[];
  readonly told: {
    readonly new: readonly SettingOfRow[];
    /** Of the new and changed ones, those that are not simply open, once the row is written. */
    readonly flagged: readonly (SettingOfRow & { readonly flag: SettingFlag })[];
    readonly changed: readonly {
      readonly row: number;
      readonly urn: string;
      readonly changes: readonly FieldChange[];
    }[];
    readonly rejected: readonly Problem[];
  };
  readonly changedSettings: readonly ChangedSetting[];
}

export interface Looking {
  readonly decisions: Decisions;
  readonly by: CommandContext['actor'];
  readonly at: Instant;
  /** The import that these rows may have been written by already: they are looked at as they were before it. */
  readonly importId: string;
  /** Settings that have changed after this position are told; `undefined`: none. */
  readonly since?: Position;
  readonly progress?: ImportProgress;
}

interface Look {
  readonly command: RowCommand;
  readonly outcome: keyof RowCounts;
  readonly revision: bigint;
  readonly changes: readonly FieldChange[];
  readonly name: string;
  /** Of a row that says a status. */
  readonly flag: SettingFlag | null;
}

/** Decides every row and writes none. Rows that are rejected are added to `problems`. */
export async function lookAtRows(file: RowsOfFile, problems: Problems, looking: Looking): Promise<LookedAt> {
  for (const { urn, row } of file.commands) {
    if (!file.repeated.has(urn)) continue;
    const message = `URN ${urn} stands in another row, too: which one is meant is not clear`;
    problems.add('IMPORT.DUPLICATE_URN', row, 'URN', message);
  }
  const commands = file.commands.filter(({ row }) => !problems.rows.has(row));
  const looks: Look[] = [];
  const changedSettings: ChangedSetting[] = [];
  let done = 0;
  await forEachOf(commands, AT_ONCE, async (command) => {
    looks.push(await lookAt(command, problems, looking, changedSettings));
    looking.progress?.((done += 1), commands.length);
  });
  looks.sort((a, b) => a.command.row - b.command.row);
  changedSettings.sort((a, b) => a.urn.localeCompare(b.urn));
  return summed(looks, problems, changedSettings);
}

async function lookAt(
  row: RowCommand,
  problems: Problems,
  { decisions, by, at, importId, since }: Looking,
  changedSettings: ChangedSetting[],
): Promise<Look> {
  const { history } = await decisions.load(setting, row.urn);
  const commandId = rowCommandId(importId, row.urn);
  const own = history.findIndex((event) => event.metadata.commandId === commandId);
  const before = own === -1 ? history : history.slice(0, own);
  const last = before.at(-1);
  if (since !== undefined && last !== undefined && last.position > since) {
    changedSettings.push({ urn: row.urn, revision: last.revision.toString(), event: last.type });
  }
  const state = fold(setting, before);
  const decision = setting.decide({ ...row.request, by, at } as SettingCommand, state);
  const revision = last?.revision ?? -1n;
  const command = { ...row, expectedRevision: revision };
  const look = { command, revision, changes: [], ...namedBy(row, state) };
  if (row.request.type === 'NameSuccessors' && state.status === 'unregistered') {
    return { ...look, outcome: 'notRegistered' };
  }
  if (isRefusal(decision)) {
    const { field } = decision.details;
    problems.add(decision.code, row.row, typeof field === 'string' ? field : null, decision.message);
    return { ...look, outcome: 'rejected' };
  }
  const changes = changesOf(row.request, state);
  const outcome = decision.length === 0 ? 'unchanged' : changes === undefined ? 'new' : 'changed';
  return { ...look, outcome, changes: changes ?? [] };
}

function namedBy({ urn, request: { data } }: RowCommand, state: SettingState): Pick<Look, 'name' | 'flag'> {
  if ('status' in data) return { name: data.name, flag: flagOf(data.status) };
  return { name: state.status === 'registered' ? state.details.name : urn, flag: null };
}

/** In small steps, as the rest: others wait for this thread. */
async function summed(
  looks: readonly Look[],
  problems: Problems,
  changedSettings: readonly ChangedSetting[],
): Promise<LookedAt> {
  const by: Record<Look['outcome'], Look[]> = {
    ...{ new: [], changed: [], unchanged: [], rejected: [], notRegistered: [] },
  };
  const hash = createHash('sha256');
  await forEachOf(looks, 1, async (look) => {
    const { command, revision, outcome } = look;
    by[outcome].push(look);
    hash.update(`${command.row} ${command.urn} ${revision} ${outcome}\n`);
  });
  const rejected = [...problems.rows].sort(([a], [b]) => a - b);
  await forEachOf(rejected, 1, async ([row, code]) => void hash.update(`${row} rejected ${code}\n`));
  const first = (some: readonly Look[]): readonly Look[] => some.slice(0, MOST_ROWS_TOLD);
  return {
    rows: looks.length,
    counts: {
      new: by.new.length,
      changed: by.changed.length,
      unchanged: by.unchanged.length,
      rejected: rejected.length,
      notRegistered: by.notRegistered.length,
    },
    digest: hash.digest('hex'),
    toWrite: [...by.new, ...by.changed].map(({ command }) => command),
    told: {
      new: first(by.new).map(settingOf),
      flagged: first([...by.new, ...by.changed].filter(({ flag }) => flag !== null))
        .toSorted((a, b) => a.command.row - b.command.row)
        .map((look) => ({ ...settingOf(look), flag: look.flag! })),
      changed: first(by.changed).map(({ command: { row, urn }, changes }) => ({ row, urn, changes })),
      rejected: problems.listed.toSorted((a, b) => (a.row ?? 0) - (b.row ?? 0)),
    },
    changedSettings,
  };
}

function settingOf({ command: { row, urn }, name }: Look): SettingOfRow {
  return { row, urn, name };
}
