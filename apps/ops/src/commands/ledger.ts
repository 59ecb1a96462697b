import {
  CheckLedger,
  explanationInWords,
  ExplainLedger,
  ExplainPayment,
  ExplainTranche,
  FIGURE_NAMES,
  fundingLedger,
  GetLedger,
  GetSettingLedger,
  LEDGER_LINES,
  ledgerBreakdown,
  ledgerCheck,
  ledgerCsv,
  parseLedgerLines,
  type Explanation,
  type FigureAsked,
  type Ledger,
  type LedgerCheck,
  type SettingsLine,
} from '#domain/funding';
import { settingsProjection } from '#domain/settings';
import { refusal, RefusalError } from '#kernel';
import { ReadModels } from '#platform/read-store';
import { Option, type Command } from 'commander';
import { writeOut } from '../output.js';
import { withGlobals, type OpsSession, type Register } from '../session.js';
import { ledgerShown, lineShown } from './ledger-shown.js';

interface Cut {
  readonly asOf?: string;
  readonly recordedAsOf?: string;
}

const AS_OF = 'what had happened by then: a date, to its end in London, or an instant with offset';
const RECORDED_AS_OF = 'what was recorded by then; with --as-of, both must hold';

/** `ledger`, `check-ledger`, `explain tranche`, `explain payment` and `explain ledger`. */
export const registerLedger: Register = (program, session) => {
  withGlobals(program.command('ledger <programme>'))
    .description(
      "a programme's money, each setting's and each academic year's: now, as it was, or as it was known",
    )
    .option('--as-of <when>', AS_OF)
    .option('--recorded-as-of <when>', RECORDED_AS_OF)
    .addOption(new Option('--urn <urn>', "one setting's own line").conflicts('csv'))
    .option('--csv <lines>', `as CSV on stdout, by ${LEDGER_LINES.join(', ')}`)
    .action(async (programmeId: string, { csv, urn, ...cut }: Whole, command: Command) => {
      const lines = csv === undefined ? undefined : parseLedgerLines(csv);
      const ops = await session(command);
      await seen(ops, cut);
      if (urn !== undefined) {
        const input = { programmeId, urn, ...asked(cut) };
        const line = await ops.queries.execute<GetSettingLedger, SettingsLine>(new GetSettingLedger(input));
        ops.print(line, () => lineShown(line));
        return;
      }
      const ledger = await ops.queries.execute<GetLedger, Ledger>(
        new GetLedger({ programmeId, ...asked(cut) }),
      );
      if (lines === undefined) ops.print(ledger, () => ledgerShown(ledger));
      else await writeOut(ledgerCsv(ledger, lines));
    });
  withGlobals(program.command('check-ledger <programme>'))
    .description(
      'whether the identities of the ledger have held after every event; exit code 1 if one has not',
    )
    .action(async (programmeId: string, _options, command: Command) => {
      const ops = await session(command);
      await ops.app.get(ReadModels).upToHead(ledgerCheck);
      const check = await ops.queries.execute<CheckLedger, LedgerCheck>(new CheckLedger({ programmeId }));
      ops.print(check, () => checkInWords(check));
      if (!check.holds) throw broken(check);
    });
  registerExplain(program, session);
};

const registerExplain: Register = (program, session) => {
  const explain = program.command('explain').description('why something is as it is');
  withGlobals(explain.command('tranche <id>'))
    .description('why a tranche was released, down to the row of the file; or what it still waits for')
    .action(async (id: string, _options, command: Command) => {
      const ops = await session(command);
      const explanation = await ops.queries.execute<ExplainTranche, Explanation>(new ExplainTranche(id));
      ops.print(explanation, () => explanationInWords(explanation));
    });
  withGlobals(explain.command('payment <tranche>'))
    .description(
      'how a tranche was paid: its runs, the answers of the bank, reversals, and who verified the payee',
    )
    .action(async (id: string, _options, command: Command) => {
      const ops = await session(command);
      const explanation = await ops.queries.execute<ExplainPayment, Explanation>(new ExplainPayment(id));
      ops.print(explanation, () => explanationInWords(explanation));
    });
  withGlobals(explain.command('ledger <programme> <figure>'))
    .description(`every event that adds to a figure or takes from it: ${FIGURE_NAMES.join(', ')}`)
    .option('--urn <urn>', 'of one setting, followed down to the files')
    .option('--tranche <number>', 'of one tranche of that setting')
    .option('--academic-year <year>', 'what moved in it, as 2023/24')
    .option('--as-of <when>', AS_OF)
    .option('--recorded-as-of <when>', RECORDED_AS_OF)
    .action(async (programmeId: string, figure: string, { tranche, ...part }: Asked, command: Command) => {
      const number = tranche === undefined ? {} : { tranche: wholeNumber(tranche) };
      const input: FigureAsked = { programmeId, figure, ...asked(part), ...number };
      const ops = await session(command);
      const explanation = await ops.queries.execute<ExplainLedger, Explanation>(new ExplainLedger(input));
      ops.print(explanation, () => explanationInWords(explanation));
    });
};

type Whole = Cut & { readonly csv?: string; readonly urn?: string };
type Asked = Pick<FigureAsked, 'urn' | 'academicYear'> & Cut & { readonly tranche?: string };

/** Without what else commander has put beside the options of this command. */
function asked({ urn, academicYear, asOf, recordedAsOf }: Asked): Omit<Asked, 'tranche'> {
  return {
    ...(urn === undefined ? {} : { urn }),
    ...(academicYear === undefined ? {} : { academicYear }),
    ...(asOf === undefined ? {} : { asOf }),
    ...(recordedAsOf === undefined ? {} : { recordedAsOf }),
  };
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  throw new RefusalError(
    refusal('TRANCHE.NUMBER', 'invalid', 'the number of a tranche is a whole number from 1 to 99', {
      field: 'tranche',
    }),
  );
}

/** What is asked of a day is worked out from the events; of now, from what has been read of them. */
async function seen(ops: OpsSession, { asOf, recordedAsOf }: Cut): Promise<void> {
  if (asOf !== undefined || recordedAsOf !== undefined) return;
  await ops.app.get(ReadModels).upToHead(fundingLedger);
  await ops.app.get(ReadModels).upToHead(ledgerBreakdown);
  await ops.app.get(ReadModels).upToHead(settingsProjection);
}

function checkInWords({ identities, breaches }: LedgerCheck): string {
  const held = identities.map(({ name, says }) => {
    const broken = breaches.some(({ identity }) => identity === name);
    return `${broken ? 'BROKEN' : 'held  '}  ${name}: ${says}`;
  });
  const found = breaches.map(
    ({ id, identity, stood, type, eventId }) =>
      `${id} broke ${identity} with ${type} (event ${eventId}): ${stood}`,
  );
  return [...held, ...(found.length === 0 ? [] : ['', ...found])].join('\n');
}

function broken({ breaches }: LedgerCheck): RefusalError {
  const count = `${breaches.length} ${breaches.length === 1 ? 'breach' : 'breaches'}`;
  return new RefusalError(
    refusal('LEDGER.BROKEN', 'wrong-state', `the ledger does not add up: ${count} of its identities`, {}),
  );
}
