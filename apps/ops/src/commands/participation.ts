import {
  AssessFraudRisk,
  CompleteDueDiligence,
  CompleteFinancialReview,
  DecideContinuity,
  DeclineInvitation,
  InviteSetting,
  IssueGrantAgreement,
  ListGrantAgreements,
  ListParticipations,
  participationsProjection,
  SignGrantAgreement,
  TakeOverPart,
  WithdrawGrantAgreement,
  WithdrawSetting,
  type GrantAgreementAnswer,
  type ParticipationRow,
} from '#domain/programme';
import { settingsProjection } from '#domain/settings';
import type { CommandContext } from '#platform/event-store';
import { ReadModels, type Page } from '#platform/read-store';
import type { Command } from 'commander';
import { readBody } from '../json-file.js';
import { carryOut } from '../outcome.js';
import { registerDeadlines } from './deadlines.js';
import { withGlobals, type OpsSession, type Register } from '../session.js';
import { turnInWords } from './work-commands.js';

type FromBody = new (input: never, context: CommandContext) => object;

/** Each takes a JSON file, the same as the body over HTTP. */
const FROM_FILE: readonly (readonly [name: string, says: string, fields: readonly string[], of: FromBody])[] =
  [
    [
      'due-diligence',
      'record what due diligence found',
      ['outcome', 'conditions', 'checks', 'evidence'],
      CompleteDueDiligence,
    ],
    [
      'fraud-risk',
      'assess the risk of fraud; never by who did the due diligence',
      ['level', 'outcome', 'mitigation'],
      AssessFraudRisk,
    ],
    [
      'sign-agreement',
      'sign the grant agreement in force',
      ['version', 'sha256', 'signatory'],
      SignGrantAgreement,
    ],
    [
      'financial-review',
      'record a financial review and what was decided on it',
      ['upTo', 'spentPence', 'findings', 'outcome', 'amendment'],
      CompleteFinancialReview,
    ],
    [
      'decide-continuity',
      'decide what becomes of the part of a setting that closed or has a successor; and decide anew while nobody has taken over what was passed on',
      ['outcome', 'toUrn', 'reason'],
      DecideContinuity,
    ],
  ];

/** `participations`, `participation …` and `agreement …`. */
export const registerParticipation: Register = (program, session) => {
  withGlobals(program.command('participations <programme>'))
    .description('the settings of a programme: by name, or as a work list, oldest first')
    .option('--next <who>', 'only those on which they act next: setting, operations or board')
    .option('--review-overdue-on <date>', 'only those whose financial review was due before this date')
    .action(async (programmeId: string, options: Asked, command: Command) => {
      const ops = await session(command);
      const all = await everyone(ops, programmeId, options);
      ops.print(all, () => (all.length === 0 ? 'There is none.' : all.map(described).join('\n')));
    });
  const one = program.command('participation').description("a setting's part in a programme");
  withGlobals(one.command('invite <programme> <urn>'))
    .description('invite a setting to take part')
    .option('--answer-by <date>', 'the last day for an answer')
    .action(
      async (programmeId: string, urn: string, { answerBy }: { answerBy?: string }, command: Command) => {
        const ops = await session(command);
        const input = { programmeId, urn, ...(answerBy === undefined ? {} : { answerBy }) };
        await carryOut(ops, new InviteSetting(input, ops.context()));
      },
    );
  for (const [name, says, Of] of [
    ['decline', 'say that an invited setting will not take part', DeclineInvitation],
    ['withdraw', 'take an enrolled setting out of the programme', WithdrawSetting],
  ] as const) {
    withGlobals(one.command(`${name} <programme> <urn>`))
      .description(says)
      .requiredOption('--reason <text>', 'why')
      .action(async (programmeId: string, urn: string, { reason }: { reason: string }, command: Command) => {
        const ops = await session(command);
        await carryOut(ops, new Of({ programmeId, urn, reason }, ops.context()));
      });
  }
  withGlobals(one.command('take-over <programme> <urn>'))
    .description('let a setting take over the part that another passed on to it')
    .requiredOption('--from <urn>', 'the setting whose part it was')
    .action(async (programmeId: string, urn: string, { from }: { from: string }, command: Command) => {
      const ops = await session(command);
      await carryOut(ops, new TakeOverPart({ programmeId, urn, fromUrn: from }, ops.context()));
    });
  for (const [name, says, fields, Of] of FROM_FILE) {
    withGlobals(one.command(`${name} <programme> <urn> <file>`))
      .description(`${says}: from a JSON file`)
      .action(async (programmeId: string, urn: string, file: string, _options, command: Command) => {
        const { body, said } = await readBody(file, fields);
        const ops = await session(command);
        await carryOut(ops, new Of({ ...body, programmeId, urn } as never, ops.context(said)));
      });
  }
  registerAgreement(program, session);
  registerDeadlines(program, session);
};

const registerAgreement: Register = (program, session) => {
  const agreement = program.command('agreement').description('the grant agreement of a programme');
  withGlobals(agreement.command('issue <programme> <file>'))
    .description('issue a version: hash, terms and date from a JSON file')
    .action(async (programmeId: string, file: string, _options, command: Command) => {
      const fields = ['fileName', 'sha256', 'eligible', 'ineligible', 'effectiveOn'];
      const { body, said } = await readBody(file, fields);
      const ops = await session(command);
      await carryOut(ops, new IssueGrantAgreement({ ...body, programmeId } as never, ops.context(said)));
    });
  withGlobals(agreement.command('withdraw <programme> <version>'))
    .description('take back a version that is not in force yet')
    .requiredOption('--reason <text>', 'why')
    .action(async (programmeId: string, version: string, { reason }, command: Command) => {
      const ops = await session(command);
      const input = { programmeId, version: Number(version), reason: String(reason) };
      await carryOut(ops, new WithdrawGrantAgreement(input, ops.context()));
    });
  withGlobals(agreement.command('list <programme>'))
    .description('every version, and which is in force')
    .action(async (programmeId: string, _options, command: Command) => {
      const ops = await session(command);
      const all = await ops.queries.execute<ListGrantAgreements, readonly GrantAgreementAnswer[]>(
        new ListGrantAgreements(programmeId),
      );
      ops.print(all, () => (all.length === 0 ? 'None has been issued.' : all.map(version).join('\n')));
    });
};

interface Asked {
  readonly next?: string;
  readonly reviewOverdueOn?: string;
}

async function everyone(
  ops: OpsSession,
  programmeId: string,
  { next, reviewOverdueOn }: Asked,
): Promise<readonly ParticipationRow[]> {
  await ops.app.get(ReadModels).upToHead(participationsProjection);
  await ops.app.get(ReadModels).upToHead(settingsProjection);
  const all: ParticipationRow[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<ParticipationRow> = await ops.queries.execute(
      new ListParticipations(programmeId, {
        limit: 'all',
        ...(next === undefined ? {} : { next }),
        ...(reviewOverdueOn === undefined ? {} : { reviewOverdueOn }),
        ...(cursor === undefined ? {} : { cursor }),
      }),
    );
    all.push(...page.documents);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return all;
}

function described(row: ParticipationRow): string {
  const { urn, name, status, flag, reviewOverdue, reviewDueOn, agreementToSign } = row;
  const turn = turnInWords(row);
  const toUrn = row.continuity?.toUrn ?? null;
  const taken = row.wasTakenOver ? 'has taken it over' : 'has not taken it over';
  return [
    `${urn}  ${name}: ${status}${flag === null ? '' : ` (${flag} in the register)`}`,
    ...(toUrn === null ? [] : [`  passed on to setting ${toUrn}, which ${taken}`]),
    ...row.takenOverFrom.map((from) => `  took over the part of setting ${from}`),
    ...(turn === '' ? [] : [`  next: ${turn}`]),
    ...(agreementToSign === null ? [] : [`  grant agreement: version ${agreementToSign} to be signed`]),
    ...(reviewOverdue ? [`  financial review overdue since ${reviewDueOn}`] : []),
  ].join('\n');
}

function version({
  version: number,
  fileName,
  sha256,
  effectiveOn,
  inForce,
  withdrawn,
}: GrantAgreementAnswer): string {
  const stands = withdrawn === null ? '' : `, withdrawn by ${withdrawn.by} (${withdrawn.reason})`;
  return `${number}  ${fileName} from ${effectiveOn}${inForce ? ', in force' : ''}${stands}\n  sha256 ${sha256}`;
}
