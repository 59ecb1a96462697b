import {
  ApproveActionPlan,
  ApproveActionPlanVariation,
  ReturnActionPlan,
  ReturnActionPlanVariation,
  SubmitActionPlan,
  VaryActionPlan,
  WithdrawPlanApproval,
  type SubmitActionPlanInput,
  type VaryActionPlanInput,
} from '#domain/plans';
import { refusal, RefusalError } from '#kernel';
import type { Command } from 'commander';
import { readBody } from '../json-file.js';
import { carryOut } from '../outcome.js';
import { withGlobals, type Register } from '../session.js';

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
};
