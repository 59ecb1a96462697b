import { ShowAuditInstrument, type InstrumentShown } from '#domain/audits';
import { ListPlanVersions, type PlanVersion } from '#domain/plans';
import { refusal, RefusalError } from '#kernel';
import type { Command } from 'commander';
import { withGlobals, type Register } from '../session.js';

type Session = Parameters<Register>[1];

/** `audit form`: the body of `audit complete`, to be filled in. What is left `null` is refused, and named. */
export function registerAuditForm(audit: Command, session: Session): void {
  withGlobals(audit.command('form <programme>'))
    .description(
      'the JSON file of `audit complete` to fill in: each feature of the instrument in force, for each group',
    )
    .option('--group <slug...>', 'the groups that the setting has (default: all of the instrument)')
    .action(async (programmeId: string, { group }: { group?: string[] }, command: Command) => {
      const ops = await session(command);
      const versions = await ops.queries.execute<ShowAuditInstrument, readonly InstrumentShown[]>(
        new ShowAuditInstrument(programmeId),
      );
      const inForce = versions.find((version) => version.inForce)!;
      const form = auditForm(inForce, group ?? inForce.groups.map(({ slug }) => slug));
      ops.print(form, () => JSON.stringify(form, null, 2));
    });
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

function auditForm({ groups, features }: InstrumentShown, asked: readonly string[]) {
  const unknown = asked.find((slug) => !groups.some((group) => group.slug === slug));
  if (unknown !== undefined) throw noSuchGroup(unknown, groups);
  return {
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

function noSuchGroup(slug: string, groups: InstrumentShown['groups']): RefusalError {
  const known = groups.map((group) => group.slug).join(', ');
  const message = `--group '${slug}' is none of the instrument in force, which has ${known}`;
  return new RefusalError(refusal('AUDIT.GROUP_UNKNOWN', 'invalid', message, { field: '--group' }));
}

function noneInForce(programmeId: string, urn: string): RefusalError {
  const message = `setting ${urn} has no approved plan in ${programmeId} to report on`;
  return new RefusalError(refusal('REPORT.PLAN_NOT_APPROVED', 'wrong-state', message, { urn }));
}
