import { CompleteAudit, StartAudit } from '#domain/audits';
import {
  AcceptOffer,
  ApproveTranche,
  fund,
  OfferAllocation,
  ProposeTranche,
  ReleaseTranche,
} from '#domain/funding';
import {
  EnterPayeeDetails,
  ImportBankResponse,
  ListPaymentRuns,
  MakePaymentRun,
  ReleasePaymentRun,
  ShowPayee,
  VerifyPayeeDetails,
  type RunShown,
} from '#domain/payments';
import { ApproveActionPlan, SubmitActionPlan, WithdrawPlanApproval } from '#domain/plans';
import {
  AssessFraudRisk,
  CompleteDueDiligence,
  CreateProgramme,
  EnrolSetting,
  IssueGrantAgreement,
  SignGrantAgreement,
  type CreateProgrammeInput,
} from '#domain/programme';
import { ImportSettings, ImportWorkforce } from '#domain/settings';
import {
  derivedId,
  instantFromMillis,
  millisOf,
  parseOccurrence,
  participationId,
  randomId,
  type Actor,
  type Instant,
  type Position,
} from '#kernel';
import { readConfiguration } from '#platform/config';
import { Decisions, EventCodec, type CommandContext } from '#platform/event-store';
import { person } from '#testing';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SimulatedClock } from '../../apps/ops/src/demo/simulated-clock.js';
import { openOffice, type Office } from '../../apps/ops/src/office.js';
import { enginesOf } from './engines.js';
import { agreement, completedAudit, dueDiligence, fraudRisk, signing } from './scenario.js';

export interface Said {
  readonly by?: Actor;
  /** A date or an instant with offset; default now. */
  readonly at?: string;
  readonly commandId?: string;
}

export const people = {
  operations: person('olive', 'operations'),
  setting: person('sam', 'setting'),
  planApprover: person('grace', 'approver'),
  approver: person('ada', 'approver'),
  payer: person('pat', 'payer'),
} as const;

/** Two tranches of which the second is larger; both wait for the plan. */
export const TRANCHES: CreateProgrammeInput['tranches'] = [
  { number: 1, shareBasisPoints: 4000, conditions: ['agreement-accepted', 'plan-approved'] },
  { number: 2, shareBasisPoints: 6000, conditions: ['plan-approved'] },
];

export interface During {
  readonly startsOn: string;
  readonly endsOn: string;
}
const PLANNED: During = { startsOn: '2024-04-10', endsOn: '2024-12-01' };

/** The whole program on real embedded stores in a folder of its own, on a clock that the test moves. */
export class Funding {
  private constructor(
    readonly office: Office,
    readonly folder: string,
    private readonly clock: SimulatedClock,
  ) {}

  static async open(startsAt: string): Promise<Funding> {
    const folder = await mkdtemp(join(tmpdir(), 'tranche-funding-'));
    const configuration = readConfiguration({
      ...(await enginesOf(folder)),
      DATA_DIR: folder,
      LOG_LEVEL: 'warn',
    });
    let clock: SimulatedClock | undefined;
    const office = await openOffice(configuration, {
      create: true,
      kind: 'demo',
      clock: (store) => (clock = new SimulatedClock(store, parseOccurrence(startsAt, 'startsAt'))),
    });
    return new Funding(office, folder, clock!);
  }

  async close(): Promise<void> {
    await this.office.close();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  get now(): Instant {
    return this.clock.now();
  }

  goTo(when: string): void {
    this.clock.advanceTo(parseOccurrence(when, 'when'));
  }

  pass(minutes: number): void {
    this.clock.advanceTo(instantFromMillis(millisOf(this.now) + minutes * 60_000));
  }

  context({ by = people.operations, at, commandId = randomId() }: Said = {}): CommandContext {
    const said = at === undefined ? {} : { occurredAt: parseOccurrence(at, 'at') };
    return { commandId, correlationId: commandId, causationId: commandId, actor: by, ...said };
  }

  run<R>(command: object): Promise<R> {
    return this.office.app.get(CommandBus).execute(command);
  }

  /** One command, by one person. */
  does(
    Of: new (input: never, context: never) => object,
    input: object,
    by: Actor = people.operations,
  ): Promise<unknown> {
    return this.run(new Of(input as never, this.context({ by }) as never));
  }

  ask<R>(query: object): Promise<R> {
    return this.office.app.get(QueryBus).execute(query);
  }

  /** Policies, jobs that are due and read models, until quiet. */
  settle(): Promise<void> {
    return this.office.settle();
  }

  /** Enters settings in the register, with their teachers; `x` for a figure that is withheld. */
  async register(fteByUrn: Readonly<Record<string, string>>): Promise<void> {
    await this.registered(Object.fromEntries(Object.keys(fteByUrn).map((urn) => [urn, 'Open'])));
    await this.census(fteByUrn);
  }

  /** Imports an extract of the register in which settings stand so. */
  async registered(statuses: Readonly<Record<string, string>>): Promise<void> {
    const gias = [
      'URN,LA (code),LA (name),EstablishmentName,EstablishmentStatus (name),PhaseOfEducation (name)',
      ...Object.entries(statuses).map(
        ([urn, status]) => `${urn},935,Suffolk,School ${urn},${status},Primary`,
      ),
    ];
    await this.run(
      new ImportSettings({ file: 'gias.csv', content: Buffer.from(gias.join('\n')) }, this.context()),
    );
  }

  /** @param year as a file says it in `time_period`; default: it does not say */
  async census(fteByUrn: Readonly<Record<string, string>>, year?: string): Promise<void> {
    const [column, cell] = year === undefined ? ['', ''] : [',time_period', `,${year}`];
    const rows = Object.entries(fteByUrn).map(([urn, fte]) => `${urn},${fte}${cell}`);
    const content = Buffer.from([`school_urn,teachers_fte${column}`, ...rows].join('\n'));
    await this.run(new ImportWorkforce({ file: 'census.csv', content }, this.context()));
  }

  /** A programme of the two academic years 2023/24 and 2024/25, at £600 for each teacher, with its grant agreement. */
  async programme(
    id: string,
    budgetPence: number,
    tranches: CreateProgrammeInput['tranches'] = TRANCHES,
    {
      issued = true,
      ...dates
    }: { readonly issued?: boolean } & Partial<During & Pick<CreateProgrammeInput, 'reportWindows'>> = {},
  ): Promise<void> {
    const input: CreateProgrammeInput = {
      ...{ id, name: `Programme ${id}`, area: 'Ipswich', budgetPence, tranches },
      ...{ startsOn: '2023-09-01', endsOn: '2025-08-31' },
      policy: { ratePencePerFte: 60_000, floorPence: 1_000_000, capPence: 5_000_000 },
      reportWindows: [{ number: 1, opensOn: '2024-02-01', dueOn: '2024-06-30', closesOn: '2024-12-31' }],
      ...dates,
    };
    await this.run(new CreateProgramme(input, this.context()));
    if (!issued) return;
    const document = { ...agreement, programmeId: id, effectiveOn: input.startsOn };
    await this.run(new IssueGrantAgreement(document, this.context()));
  }

  /** As far as a submitted plan, checked and signed for. */
  async prepare(programmeId: string, urn: string, during: During = PLANNED): Promise<void> {
    const ids = { programmeId, urn };
    const lead = this.context({ by: people.setting });
    const next = (): CommandContext => ({ ...lead, commandId: randomId() });
    await this.run(new EnrolSetting(ids, this.context()));
    await this.run(new CompleteDueDiligence({ ...ids, ...dueDiligence }, this.context()));
    await this.run(new AssessFraudRisk({ ...ids, ...fraudRisk }, this.context({ by: people.approver })));
    await this.run(new SignGrantAgreement({ ...ids, ...signing }, next()));
    await this.run(new StartAudit(ids, next()));
    await this.run(new CompleteAudit({ ...ids, ...completedAudit } as never, next()));
    const action = {
      ...{ actionId: 'phonics-course', needId: 'phonics', activity: 'a course', audience: 'teachers' },
      ...{ headcount: 6, costPence: 450_000, desiredOutcomes: ['phonics is taught the same way'] },
      ...during,
    };
    await this.run(new SubmitActionPlan({ ...ids, actions: [action] }, next()));
  }

  approvePlan(programmeId: string, urn: string, said: Said = {}): Promise<unknown> {
    const context = this.context({ by: people.planApprover, ...said });
    return this.run(new ApproveActionPlan({ programmeId, urn }, context));
  }

  withdrawPlan(programmeId: string, urn: string, said: Said = {}): Promise<unknown> {
    const context = this.context({ by: people.planApprover, ...said });
    return this.run(new WithdrawPlanApproval({ programmeId, urn, reason: 'an error' }, context));
  }

  offer(programmeId: string, urn: string, said: Said = {}): Promise<unknown> {
    return this.run(new OfferAllocation({ programmeId, urn }, this.context(said)));
  }

  /** The first half of an offer, as a process leaves it that dies between the two. */
  reserveOnly(programmeId: string, urn: string, amountPence: number, said: Said = {}): Promise<unknown> {
    const context = this.context(said);
    const reservationId = context.commandId;
    const allocationId = participationId(programmeId, urn);
    const data = { reservationId, allocationId, urn, amountPence };
    return this.office.app.get(Decisions).execute(
      fund,
      programmeId,
      { type: 'ReserveFunds', data },
      {
        ...context,
        commandId: derivedId('reserve-funds', allocationId, reservationId),
      },
    );
  }

  accept(programmeId: string, urn: string, said: Said = {}): Promise<unknown> {
    return this.run(new AcceptOffer({ programmeId, urn }, this.context({ by: people.setting, ...said })));
  }

  sign(
    verb: 'propose' | 'approve' | 'release',
    programmeId: string,
    urn: string,
    number: number,
    said: Said = {},
  ): Promise<unknown> {
    const Signing = { propose: ProposeTranche, approve: ApproveTranche, release: ReleaseTranche }[verb];
    const by = { propose: people.operations, approve: people.approver, release: people.payer }[verb];
    return this.run(new Signing({ programmeId, urn, number }, this.context({ by, ...said })));
  }

  /** All three signatures. */
  async pay(programmeId: string, urn: string, number: number, said: Said = {}): Promise<void> {
    for (const verb of ['propose', 'approve', 'release'] as const) {
      await this.sign(verb, programmeId, urn, number, said);
    }
  }

  /** The account that a setting is paid to, entered by one person and verified by another. */
  async account(urn: string): Promise<void> {
    const account = { accountName: 'HANDFORD HALL', sortCode: '123456', accountNumber: '12345678' };
    await this.does(EnterPayeeDetails, { urn, ...account });
    const { reference } = await this.ask<{ reference: string }>(new ShowPayee({ urn }));
    await this.does(VerifyPayeeDetails, { urn, reference }, people.payer);
  }

  /**
   * All that is ready, or some tranches, go to the bank, which answers.
   * @param answers lines of its file, without the header
   */
  async throughTheBank(
    programmeId: string,
    answers: readonly string[],
    tranches?: readonly string[],
  ): Promise<void> {
    const [maker, releaser] = [person('mia', 'payer'), person('ron', 'payer')];
    await this.does(MakePaymentRun, { programmeId, tranches }, maker);
    const runs = await this.ask<readonly RunShown[]>(new ListPaymentRuns({ programmeId }));
    const { run, file } = runs[0]!;
    await this.does(ReleasePaymentRun, { programmeId, run, fileSha256: file.sha256 }, releaser);
    const content = Buffer.from(['reference,amount,status,reason', ...answers].join('\n'));
    await this.does(ImportBankResponse, { programmeId, run, file: 'bank.csv', content }, maker);
  }

  /** Every event so far, in log order. */
  history() {
    return this.historyAfter();
  }

  /** Every event after a position, in log order. */
  async historyAfter(after?: Position) {
    const codec = this.office.app.get(EventCodec);
    const events = [];
    for await (const page of this.office.stores.events.readAll(after === undefined ? {} : { after })) {
      events.push(...page.map((stored) => codec.decode(stored)));
    }
    return events;
  }
}
