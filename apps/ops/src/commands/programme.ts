import { fundingLedger } from '#domain/funding';
import {
  CreateProgramme,
  EnrolSetting,
  ListProgrammes,
  programmesProjection,
  type CreateProgrammeInput,
  type ProgrammeShown,
} from '#domain/programme';
import { counted, derivedId, formatPence, refusal, RefusalError, type Refusal } from '#kernel';
import type { Outcome } from '#platform/event-store';
import { ReadModels, type Page } from '#platform/read-store';
import type { Command } from 'commander';
import { PartlyRefused } from '../failure.js';
import { readBody } from '../json-file.js';
import { carryOut } from '../outcome.js';
import { withGlobals, type OpsSession, type Register } from '../session.js';

const FIELDS = [
  'id',
  'name',
  'area',
  'startsOn',
  'endsOn',
  'budgetPence',
  'policy',
  'tranches',
  'reportWindows',
] as const;

/** `programmes`, `programme create` and `enrol`. */
export const registerProgramme: Register = (program, session) => {
  withGlobals(program.command('programmes'))
    .description('all programmes, by name')
    .action(async (_options, command: Command) => {
      const ops = await session(command);
      await ops.app.get(ReadModels).upToHead(programmesProjection);
      await ops.app.get(ReadModels).upToHead(fundingLedger);
      const all = await everyProgramme(ops);
      ops.print(all, () => (all.length === 0 ? 'There is no programme yet.' : all.map(described).join('\n')));
    });

  const one = program.command('programme').description('set up a programme');
  withGlobals(one.command('create <file>'))
    .description('create a programme from a JSON file, the same as the body over HTTP')
    .action(async (file: string, _options, command: Command) => {
      const { body, said } = await readBody(file, FIELDS);
      const ops = await session(command);
      await carryOut(ops, new CreateProgramme(body as unknown as CreateProgrammeInput, ops.context(said)));
    });

  withGlobals(program.command('enrol <programme> <urn...>'))
    .description('enrol open settings in a programme; one that is refused does not stop the others')
    .action(async (programmeId: string, urns: string[], _options, command: Command) => {
      const ops = await session(command);
      const asked = [...new Set(urns)];
      const { enrolled, refused } = await enrolAll(ops, programmeId, asked);
      await ops.settle();
      if (refused.length === 0 || enrolled.length > 0) {
        ops.print(enrolled, () => enrolled.map(({ urn, says }) => `${urn} ${says}`).join('\n'));
      }
      if (refused.length > 0) throw severalRefused(refused, asked.length);
    });
};

async function everyProgramme(ops: OpsSession): Promise<readonly ProgrammeShown[]> {
  const all: ProgrammeShown[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<ProgrammeShown> = await ops.queries.execute(
      new ListProgrammes(cursor === undefined ? {} : { cursor }),
    );
    all.push(...page.documents);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return all;
}

function described({
  id,
  name,
  area,
  startsOn,
  endsOn,
  budgetPence,
  enrolledCount,
  paused,
  closed,
}: ProgrammeShown): string {
  const stands = closed !== null ? ', closed' : paused !== null ? ', paused' : '';
  return [
    `${id}  ${name} (${area})`,
    `  ${startsOn} to ${endsOn}, ${formatPence(budgetPence)}, ${counted(enrolledCount, 'setting')} enrolled${stands}`,
  ].join('\n');
}

interface Enrolled {
  readonly urn: string;
  readonly says: 'enrolled' | 'was enrolled already';
  readonly stream: string;
  readonly revision: bigint;
  readonly position: bigint;
}

type RefusedOne = Readonly<{ urn: string; refusal: Refusal }>;

async function enrolAll(
  ops: OpsSession,
  programmeId: string,
  urns: readonly string[],
): Promise<{ enrolled: readonly Enrolled[]; refused: readonly RefusedOne[] }> {
  const context = ops.context();
  const progress = ops.progress('Settings', urns.length);
  const enrolled: Enrolled[] = [];
  const refused: RefusedOne[] = [];
  for (const urn of urns) {
    const own = { ...context, commandId: derivedId('enrol', context.commandId, urn) };
    try {
      const { events, stream, revision, position } = await ops.commands.execute<EnrolSetting, Outcome>(
        new EnrolSetting({ programmeId, urn }, own),
      );
      const says = events.length === 0 ? 'was enrolled already' : 'enrolled';
      enrolled.push({ urn, says, stream, revision, position });
    } catch (error) {
      if (!(error instanceof RefusalError)) throw error;
      refused.push({ urn, refusal: error.refusal });
    }
    progress.advance();
  }
  progress.done();
  return { enrolled, refused };
}

function severalRefused(refused: readonly RefusedOne[], asked: number): RefusalError | PartlyRefused {
  const [first] = refused;
  if (refused.length === 1 && asked === 1) return new RefusalError(first!.refusal);
  const { code, kind } = first!.refusal;
  const lines = refused.map(({ urn, refusal: { message } }) => `- ${urn}: ${message}`);
  const message = `${refused.length} of ${asked} settings were not enrolled:\n${lines.join('\n')}`;
  const details = { refused: refused.map(({ urn, refusal: { code, message } }) => ({ urn, code, message })) };
  return refused.length < asked
    ? new PartlyRefused('ENROLMENT.PARTLY_REFUSED', message, details)
    : new RefusalError(refusal(code, kind, message, details));
}
