import {
  ApproveActionPlan,
  ApproveActionPlanVariation,
  ComparePlanVersions,
  ExportPlanCsv,
  GetPlan,
  GetPrioritisation,
  ListPlanVersions,
  plansProjection,
  ReturnActionPlan,
  ReturnActionPlanVariation,
  SubmitActionPlan,
  VaryActionPlan,
  versionNumber,
  WithdrawPlanApproval,
  type PlanDifference,
  type PlanShown,
  type PlanVersion,
  type PrioritisationMatrix,
  type SubmitActionPlanInput,
  type VaryActionPlanInput,
} from '#domain/plans';
import { participationsProjection } from '#domain/programme';
import { formatPence, refusal, RefusalError } from '#kernel';
import { ReadModels } from '#platform/read-store';
import type { Command } from 'commander';
import { readBody } from '../json-file.js';
import { carryOut } from '../outcome.js';
import { withGlobals, type Register } from '../session.js';
import { table } from '../table.js';
import { planInWords } from './plan-shown.js';

type Said<I> = Omit<I, 'programmeId' | 'urn'>;

interface SaidOfVersion {
  readonly comments: string;
  readonly on?: readonly string[];
}

function commentsOf({ comments, on = [] }: SaidOfVersion) {
  const actions = on.map((text) => {
    const at = text.indexOf('=');
    if (at > 0) return { actionId: text.slice(0, at), comment: text.slice(at + 1) };
    const message = `--on '${text}' must be an action, '=' and the comment on it`;
    throw new RefusalError(refusal('PLAN.COMMENT_ON', 'invalid', message, { field: '--on' }));
  });
  return { comments, actions };
}

function registerVariations(plan: Command, session: Parameters<Register>[1]): void {
  withGlobals(plan.command('vary <programme> <urn> <file>'))
    .description(
      'vary an approved plan, which stays in force meanwhile: reason and all actions from a JSON file',
    )
    .action(async (programmeId: string, urn: string, file: string, _options, command: Command) => {
      const { body, said } = await readBody(file, ['auditCycle', 'actions', 'reason']);
      const ops = await session(command);
      const input = { ...(body as unknown as Said<VaryActionPlanInput>), programmeId, urn };
      await carryOut(ops, new VaryActionPlan(input, ops.context(said)));
    });

  withGlobals(plan.command('return-variation <programme> <urn>'))
    .description('give a variation back to its setting; the plan in force stays so')
    .requiredOption('--comments <text>', 'what the setting should change')
    .option('--on <action=comment...>', 'what it should change in single actions')
    .action(async (programmeId: string, urn: string, said: SaidOfVersion, command: Command) => {
      const ops = await session(command);
      const input = { programmeId, urn, ...commentsOf(said) };
      await carryOut(ops, new ReturnActionPlanVariation(input, ops.context()));
    });

  withGlobals(plan.command('approve-variation <programme> <urn>'))
    .description('approve a variation; never by somebody who submitted a version of the plan')
    .action(async (programmeId: string, urn: string, _options, command: Command) => {
      const ops = await session(command);
      await carryOut(ops, new ApproveActionPlanVariation({ programmeId, urn }, ops.context()));
    });
}

/** `plan submit`, `return`, `approve` and `withdraw-approval`; `vary`, `return-variation` and `approve-variation`. */
export const registerPlans: Register = (program, session) => {
  const plan = program.command('plan').description("a setting's action plan");

  withGlobals(plan.command('submit <programme> <urn> <file>'))
    .description('submit a plan, or submit it again after its return: actions from a JSON file')
    .action(async (programmeId: string, urn: string, file: string, _options, command: Command) => {
      const { body, said } = await readBody(file, ['auditCycle', 'actions']);
      const ops = await session(command);
      const input = { ...(body as unknown as Said<SubmitActionPlanInput>), programmeId, urn };
      await carryOut(ops, new SubmitActionPlan(input, ops.context(said)));
    });

  withGlobals(plan.command('return <programme> <urn>'))
    .description('give a submitted plan back to its setting')
    .requiredOption('--comments <text>', 'what the setting should change')
    .option('--on <action=comment...>', 'what it should change in single actions')
    .action(async (programmeId: string, urn: string, said: SaidOfVersion, command: Command) => {
      const ops = await session(command);
      await carryOut(ops, new ReturnActionPlan({ programmeId, urn, ...commentsOf(said) }, ops.context()));
    });

  withGlobals(plan.command('approve <programme> <urn>'))
    .description('approve a submitted plan; never by somebody who submitted it')
    .action(async (programmeId: string, urn: string, _options, command: Command) => {
      const ops = await session(command);
      await carryOut(ops, new ApproveActionPlan({ programmeId, urn }, ops.context()));
    });

  withGlobals(plan.command('withdraw-approval <programme> <urn>'))
    .description('withdraw the approval of a plan, which its setting then submits again')
    .requiredOption('--reason <text>', 'why')
    .action(async (programmeId: string, urn: string, { reason }: { reason: string }, command: Command) => {
      const ops = await session(command);
      await carryOut(ops, new WithdrawPlanApproval({ programmeId, urn, reason }, ops.context()));
    });

  registerVariations(plan, session);
  registerReview(plan, session);
  registerExport(plan, session);
};

function registerExport(plan: Command, session: Parameters<Register>[1]): void {
  withGlobals(plan.command('export <programme> <urn>'))
    .description('every version of a plan, whole, as JSON or CSV')
    .option('--csv', 'a line for each action of each version, for a spreadsheet')
    .action(async (programmeId: string, urn: string, { csv }: { csv?: boolean }, command: Command) => {
      const ops = await session(command);
      const input = { programmeId, urn };
      if (csv === true) {
        process.stdout.write(await ops.queries.execute<ExportPlanCsv, string>(new ExportPlanCsv(input)));
        return;
      }
      const versions = await ops.queries.execute<ListPlanVersions, readonly PlanVersion[]>(
        new ListPlanVersions(input),
      );
      ops.print(versions, () => JSON.stringify(versions, null, 2));
    });
}

function registerReview(plan: Command, session: Parameters<Register>[1]): void {
  withGlobals(plan.command('show <programme> <urn>'))
    .description('whose turn a plan is, and every version of it: its actions, who decided, and what was said')
    .action(async (programmeId: string, urn: string, _options, command: Command) => {
      const ops = await session(command);
      const input = { programmeId, urn };
      for (const one of [plansProjection, participationsProjection])
        await ops.app.get(ReadModels).upToHead(one);
      const shown = await ops.queries.execute<GetPlan, PlanShown>(new GetPlan(input));
      const versions = await ops.queries.execute<ListPlanVersions, readonly PlanVersion[]>(
        new ListPlanVersions(input),
      );
      ops.print({ ...shown, versions }, () => planInWords(shown, versions));
    });
  withGlobals(plan.command('diff <programme> <urn>'))
    .description('what is otherwise in one version than in another')
    .option('--from <version>', 'default: the one before')
    .option('--to <version>', 'default: the newest')
    .action(
      async (
        programmeId: string,
        urn: string,
        { from, to }: { from?: string; to?: string },
        command: Command,
      ) => {
        const asked = {
          ...(from === undefined ? {} : { from: versionNumber(from, 'from') }),
          ...(to === undefined ? {} : { to: versionNumber(to, 'to') }),
        };
        const ops = await session(command);
        const difference = await ops.queries.execute<ComparePlanVersions, PlanDifference>(
          new ComparePlanVersions({ programmeId, urn, ...asked }),
        );
        ops.print(difference, () => differenceInWords(difference));
      },
    );
  withGlobals(plan.command('matrix <programme> <urn>'))
    .description('the actions of a plan by do-ability and impact')
    .option('--plan-version <version>', 'default: the newest')
    .action(
      async (
        programmeId: string,
        urn: string,
        { planVersion }: { planVersion?: string },
        command: Command,
      ) => {
        const version = planVersion === undefined ? {} : { version: versionNumber(planVersion, 'version') };
        const ops = await session(command);
        const matrix = await ops.queries.execute<GetPrioritisation, PrioritisationMatrix>(
          new GetPrioritisation({ programmeId, urn, ...version }),
        );
        ops.print(matrix, () => matrixInWords(matrix));
      },
    );
}

function differenceInWords({
  from,
  to,
  fromPence,
  toPence,
  added,
  removed,
  changed,
}: PlanDifference): string {
  const lines = [
    ...added.map(
      ({ actionId, activity, costPence }) => `+ ${actionId}: ${activity}, ${formatPence(costPence)}`,
    ),
    ...removed.map(
      ({ actionId, activity, costPence }) => `- ${actionId}: ${activity}, ${formatPence(costPence)}`,
    ),
    ...changed.flatMap(({ actionId, changes }) =>
      changes.map(
        (one) => `~ ${actionId}, ${one.field}: ${JSON.stringify(one.from)} -> ${JSON.stringify(one.to)}`,
      ),
    ),
  ];
  const head = `Version ${from} (${formatPence(fromPence)}) to version ${to} (${formatPence(toPence)})`;
  return [head, ...(lines.length === 0 ? ['No action is otherwise.'] : lines)].join('\n');
}

const SCORES = [4, 3, 2, 1] as const;

/** Impact downwards, do-ability to the right: what wants doing first stands in the upper right corner. */
function matrixInWords({ squares, unscored }: PrioritisationMatrix): string {
  const at = (impact: number, doability: number): string =>
    squares.find((one) => one.impact === impact && one.doability === doability)?.actionIds.join(', ') ?? '';
  const rows = SCORES.map((impact) => [
    `impact ${impact}`,
    ...SCORES.toReversed().map((doability) => at(impact, doability)),
  ]);
  const head = ['', ...SCORES.toReversed().map((doability) => `do-ability ${doability}`)];
  const rest = unscored.length === 0 ? [] : ['', `Not scored: ${unscored.join(', ')}`];
  return [table(head, head.length, rows), ...rest].join('\n');
}
