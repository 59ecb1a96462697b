import {
  GetPaymentFile,
  ImportBankResponse,
  ListPaymentRuns,
  MakePaymentRun,
  ReconcilePayments,
  ReleasePaymentRun,
  type PaymentFile,
  type Reconciliation,
  type RunShown,
} from '#domain/payments';
import { addDays, type CalendarDate } from '#kernel';
import type { QueryBus } from '@nestjs/cqrs';
import { atMinute, type DemoCalendar } from './calendar.js';
import type { Step } from './diary.js';
import { people } from './people.js';

/** The bank refuses one payment of the demonstration, which is then repeated. */
const REFUSED_BY_BANK = 'account closed';

/**
 * The runs of each month: made and released on its first Saturday and answered by the bank a week later. On Saturdays
 * nobody else of the demonstration is at work, so that a run holds the same on every machine.
 */
export function paymentRuns(programmeId: string, calendar: DemoCalendar, queries: QueryBus): readonly Step[] {
  return firstSaturdays(calendar).flatMap((day) => {
    const answerOn = addDays(day, 7);
    const newest = async (status: RunShown['status']): Promise<RunShown | undefined> => {
      const runs = await queries.execute<ListPaymentRuns, readonly RunShown[]>(
        new ListPaymentRuns({ programmeId }),
      );
      return runs[0]?.status === status ? runs[0] : undefined;
    };
    const step = (key: string, on: CalendarDate, hour: number, told: Pick<Step, 'by' | 'command'>): Step => ({
      ...{ key: `payments-${day}-${key}`, owner: programmeId, toldOn: on, waits: false, ...told },
      at: atMinute(on, hour * 60),
    });
    return [
      step('make', day, 9, {
        by: people.payer,
        command: async (context) =>
          (await somethingToPay(queries, programmeId))
            ? new MakePaymentRun({ programmeId }, context)
            : undefined,
      }),
      step('release', day, 11, {
        by: people.secondPayer,
        command: async (context) => {
          const run = await newest('made');
          if (run === undefined) return undefined;
          const fileSha256 = run.file.sha256;
          return new ReleasePaymentRun({ programmeId, run: run.run, fileSha256 }, context);
        },
      }),
      step('answer', answerOn, 12, {
        by: people.payer,
        command: async (context) => {
          const run = await newest('released');
          // The month before had nothing to pay, or it has been answered.
          if (run?.endedAt?.slice(0, 10) !== day) return undefined;
          const content = await answerOf(queries, programmeId, run.run);
          const file = `bank-answer-${run.run}.csv`;
          return new ImportBankResponse({ programmeId, run: run.run, file, content }, context);
        },
      }),
    ].filter(({ toldOn }) => toldOn <= calendar.endsOn);
  });
}

function firstSaturdays({ startsOn, endsOn }: DemoCalendar): readonly CalendarDate[] {
  const days: CalendarDate[] = [];
  for (let day = startsOn; day <= endsOn; day = addDays(day, 1)) {
    const saturday = new Date(`${day}T12:00:00Z`).getUTCDay() === 6;
    if (saturday && Number(day.slice(8)) <= 7) days.push(day);
  }
  return days;
}

/** Released or failed, and to a payee that somebody has verified: those of the demonstration all are by then. */
async function somethingToPay(queries: QueryBus, programmeId: string): Promise<boolean> {
  const { differences } = await queries.execute<ReconcilePayments, Reconciliation>(
    new ReconcilePayments({ programmeId }),
  );
  return differences.some(({ sentPence }) => sentPence === 0);
}

/** What the bank says: that it paid everything, but for the first payment of all. */
async function answerOf(queries: QueryBus, programmeId: string, run: number): Promise<Buffer> {
  const file = await queries.execute<GetPaymentFile, PaymentFile>(new GetPaymentFile({ programmeId, run }));
  const rows = file.content
    .trimEnd()
    .split('\r\n')
    .slice(1)
    .map((line, index) => {
      const [, , , amount, reference] = line.split(',');
      const failed = run === 1 && index === 0;
      return `${reference},${amount},${failed ? 'rejected' : 'settled'},${failed ? REFUSED_BY_BANK : ''}`;
    });
  return Buffer.from(['reference,amount,status,reason', ...rows].join('\n'));
}
