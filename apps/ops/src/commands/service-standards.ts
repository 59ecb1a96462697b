import {
  GetProgramme,
  programmesProjection,
  SetServiceStandards,
  type ProgrammeShown,
} from '#domain/programme';
import { counted } from '#kernel';
import { ReadModels } from '#platform/read-store';
import type { Command } from 'commander';
import { readBody } from '../json-file.js';
import { carryOut } from '../outcome.js';
import { withGlobals, type Register } from '../session.js';
import { table } from '../table.js';

/** `service-standards set` and `show`. */
export const registerServiceStandards: Register = (program, session) => {
  const standards = program
    .command('service-standards')
    .description('within how many days each desk does what waits for it');
  withGlobals(standards.command('set <programme> <file>'))
    .description(
      'a new version from a JSON file, the same as the body over HTTP: days of desks, or of actions as `work` has them with --json',
    )
    .action(async (programmeId: string, file: string, _options, command: Command) => {
      const { body, said } = await readBody(file, ['standards', 'effectiveOn', 'reason']);
      const ops = await session(command);
      const input = { ...body, programmeId } as unknown as SetServiceStandards['input'];
      await carryOut(ops, new SetServiceStandards(input, ops.context(said)));
    });
  withGlobals(standards.command('show <programme>'))
    .description('those in force today, and every version of them')
    .action(async (programmeId: string, _options, command: Command) => {
      const ops = await session(command);
      await ops.app.get(ReadModels).upToHead(programmesProjection);
      const shown = await ops.queries.execute<GetProgramme, ProgrammeShown>(new GetProgramme(programmeId));
      const { standards, serviceStandards } = shown;
      ops.print({ standards, serviceStandards }, () => standardsInWords(shown));
    });
};

function standardsInWords({ standards, serviceStandards }: ProgrammeShown): string {
  const inForce = standards.map(({ of, days, setBy, effectiveOn }) => [
    ...[of, counted(days, 'day'), setBy, effectiveOn ?? ''],
  ]);
  const versions = serviceStandards.map((one) => [
    String(one.version),
    one.withdrawn === null ? one.effectiveOn : `${one.effectiveOn}, withdrawn`,
    one.standards.map(({ of, days }) => `${of} ${days}`).join(', '),
    one.decidedBy,
    one.reason,
  ]);
  return [
    table(['Desk or action', 'Within', 'Set by', 'From'], 4, inForce),
    ...(versions.length === 0
      ? []
      : ['', table(['Version', 'From', 'Days', 'Decided by', 'Reason'], 5, versions)]),
  ].join('\n');
}
