import {
  ShowAuditInstrument,
  ShowInstrumentOfAudit,
  type InstrumentOfAudit,
  type InstrumentShown,
} from '#domain/audits';
import { ListPlanVersions, type PlanVersion } from '#domain/plans';
import { refusal, RefusalError } from '#kernel';
import type { Command } from 'commander';
import { cycleNumber } from './cycle-number.js';
import { withGlobals, type Register } from '../session.js';

type Session = Parameters<Register>[1];

/** `audit form`: the body of `audit complete`, to be filled in. What is left `null` is refused, and named. */
export function registerAuditForm(audit: Command, session: Session): void {
  withGlobals(audit.command('form <programme> [urn]'))
    .description(
      'the JSON file of `audit complete` to fill in: each feature for each group, by the instrument of the audit that the setting has in progress; without a setting, or an audit in progress, by the one in force',
    )
    .option('--group <slug...>', 'the groups that the setting has (default: all of the instrument)')
    .option('--cycle <number>', 'which of the setting’s audits (default: the one in progress)')
    .action(
      async (
        programmeId: string,
        urn: string | undefined,
        { group, cycle }: { group?: string[]; cycle?: string },
        command: Command,
      ) => {
        const number = cycle === undefined ? {} : { cycle: cycleNumber(cycle) };
        if (urn === undefined && cycle !== undefined) throw cycleOfNobody();
        const ops = await session(command);
        const instrument = await instrumentFor(ops, programmeId, urn, number);
        const form = auditForm(instrument, group ?? instrument.groups.map(({ slug }) => slug));
        ops.print(form, () => JSON.stringify(form, null, 2));
      },
    );
}

async function instrumentFor(
  { queries }: Awaited<ReturnType<Session>>,
  programmeId: string,
  urn: string | undefined,
  cycle: { readonly cycle?: number },
): Promise<InstrumentOfAudit> {
  if (urn !== undefined) return queries.execute(new ShowInstrumentOfAudit({ programmeId, urn, ...cycle }));
  const versions: readonly InstrumentShown[] = await queries.execute(new ShowAuditInstrument(programmeId));
  return { cycle: null, ...versions.find(({ inForce }) => inForce)! };
}

/** `report form`: the body of `report submit`, to be filled in, with the actions of the plan in force. */
export function registerReportForm(report: Command, session: Session): void {
  withGlobals(report.command('form <programme> <urn>'))
    .description('the JSON file of `report submit` to fill in: each action of the plan in force')
    .action(async (programmeId: string, urn: string, _options, command: Command) => {
      const ops = await session(command);
      const versions = await ops.queries.execute<ListPlanVersions, readonly PlanVersion[]>(
        new ListPlanVersions({ programmeId, urn }),
      );
      const inForce = versions.findLast(({ status }) => status === 'approved');
      if (inForce === undefined) throw noneInForce(programmeId, urn);
      const form = reportForm(inForce);
      ops.print(form, () => JSON.stringify(form, null, 2));
    });
}

/** It names its cycle, if there is one by now: filled in, it is not taken for another. */
function auditForm({ cycle, version, groups, features }: InstrumentOfAudit, asked: readonly string[]) {
  const unknown = asked.find((slug) => !groups.some((group) => group.slug === slug));
  if (unknown !== undefined) throw noSuchGroup(unknown, version, groups);
  return {
    ...(cycle === null ? {} : { cycle }),
    groups: asked,
    ratings: asked.flatMap((group) =>
      features.map(({ slug }) => ({ feature: slug, group, rating: null, evidence: '' })),
    ),
    needs: [{ needId: '', group: asked[0] ?? '', priority: null, statement: '' }],
    supportedBy: null,
  };
}

function reportForm({ actions }: PlanVersion) {
  return {
    summary: '',
    actions: actions.map(({ actionId }) => ({
      ...{ actionId, status: null, spentPence: null, note: '', evidence: [] },
    })),
  };
}

function cycleOfNobody(): RefusalError {
  const message = '--cycle is one of a setting’s audits: name the setting too, audit form PROGRAMME URN';
  return new RefusalError(refusal('AUDIT.CYCLE', 'invalid', message, { field: 'cycle' }));
}

function noSuchGroup(slug: string, version: number, groups: InstrumentShown['groups']): RefusalError {
  const known = groups.map((group) => group.slug).join(', ');
  const message = `--group '${slug}' is none of version ${version} of the instrument, which has ${known}`;
  return new RefusalError(refusal('AUDIT.GROUP_UNKNOWN', 'invalid', message, { field: '--group' }));
}

function noneInForce(programmeId: string, urn: string): RefusalError {
  const message = `setting ${urn} has no approved plan in ${programmeId} to report on`;
  return new RefusalError(refusal('REPORT.PLAN_NOT_APPROVED', 'wrong-state', message, { urn }));
}
