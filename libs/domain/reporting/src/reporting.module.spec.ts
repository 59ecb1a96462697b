import {
  auditEvents,
  AuditsModule,
  auditsProjections,
  CompleteAudit,
  FEATURE_SLUGS,
  GetAudit,
  StartAudit,
} from '#domain/audits';
import {
  ALLOCATIONS,
  ApproveActionPlan,
  GetPlan,
  planEvents,
  PlansModule,
  plansProjections,
  ReturnActionPlan,
  SubmitActionPlan,
  WithdrawPlanApproval,
} from '#domain/plans';
import {
  MONEY_OPEN,
  participationEvents,
  programmeCreated,
  programmeEvents,
  programmeProjections,
  settingEnrolled,
} from '#domain/programme';
import { settingEvents, settingsProjections } from '#domain/settings';
import {
  derivedId,
  eventIdOf,
  RefusalError,
  type Actor,
  type AnyEvent,
  type Clock,
  type EventDefinition,
} from '#kernel';
import {
  Decisions,
  EventCodec,
  openSqliteEventStore,
  type CommandContext,
  type EventStore,
  type Outcome,
} from '#platform/event-store';
import { JOB_STORE, openSqliteJobStore, type JobStore } from '#platform/jobs';
import { Attachments } from '#platform/attachments';
import { Outbox } from '#platform/outbox';
import { openSqliteRecords, type Records } from '#platform/records';
import { openSqliteReadStore, ReadModels, type Projection, type ReadStore } from '#platform/read-store';
import { instant, person } from '#testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Global, Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CommandBus, CqrsModule, QueryBus } from '@nestjs/cqrs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AcceptProgressReport,
  ListReports,
  reminderEvents,
  reportEvents,
  ReportingModule,
  reportingProjections,
  SubmitProgressReport,
  WithdrawReportAcceptance,
} from './index.js';

const definitions: EventDefinition[] = [
  ...settingEvents,
  ...programmeEvents,
  ...participationEvents,
  ...auditEvents,
  ...planEvents,
  ...reportEvents,
  ...reminderEvents,
];
const projections = [
  ...settingsProjections,
  ...programmeProjections,
  ...auditsProjections,
  ...plansProjections,
  ...reportingProjections,
] as Projection<never>[];
let now = '2025-01-01';
const clock: Clock = { now: () => instant(now) };
const reference = { eventId: 'e', stream: 's-1', revision: '0', type: 'X' };
const id = { programmeId: 'ipswich', urn: '124570' };
const window = {
  number: 1,
  opensOn: '2024-03-01',
  dueOn: '2024-04-30',
  closesOn: '2024-05-14',
  deadlineVersion: 1,
};

const head = person('head', 'setting');
const officer = person('officer', 'approver');
let counter = 0;
function context(by: Actor, at: string): CommandContext {
  const commandId = derivedId('module-spec', String((counter += 1)));
  return { commandId, correlationId: commandId, causationId: commandId, actor: by, occurredAt: instant(at) };
}

const answers = {
  groups: ['governors'],
  ratings: FEATURE_SLUGS.map((feature) => ({ feature, group: 'governors', rating: 2, evidence: 'Survey' })),
  needs: [
    { needId: 'phonics', group: 'governors' as const, priority: 'high' as const, statement: 'Know phonics' },
  ],
};
const action = {
  actionId: 'training',
  needId: 'phonics',
  activity: 'Training',
  audience: 'All',
  headcount: 3,
  costPence: 1000,
  startsOn: '2024-02-01',
  endsOn: '2024-03-22',
  desiredOutcomes: ['Confidence'],
};
const progress = { actionId: 'training', status: 'done' as const, spentPence: 900 };

describe('from enrolment to an accepted report, on the real engines', () => {
  let folder: string;
  let events: EventStore;
  let reads: ReadStore;
  let jobs: JobStore;
  let records: Records;
  let app: INestApplicationContext;
  let codec: EventCodec;

  const run = (command: object): Promise<Outcome> => app.get(CommandBus).execute<object, Outcome>(command);
  const ask = <T>(query: object): Promise<T> => app.get(QueryBus).execute<object, T>(query);
  const refused = async (command: object): Promise<string> =>
    run(command).then(
      () => 'not refused',
      (error: unknown) => (error instanceof RefusalError ? error.code : String(error)),
    );

  async function append(stream: string, event: AnyEvent): Promise<void> {
    const { actor, occurredAt, ...ids } = context(person('office'), '2023-11-01');
    const metadata = { ...ids, actor, occurredAt: occurredAt!, recordedAt: occurredAt! };
    await events.append(stream, 'no-stream', [
      codec.encode(event, eventIdOf(ids.commandId, stream, 0), metadata),
    ]);
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tranche-reporting-'));
    events = await openSqliteEventStore({ path: join(folder, 'events.sqlite') });
    reads = await openSqliteReadStore({ path: join(folder, 'read-models.sqlite') });
    jobs = await openSqliteJobStore({ path: join(folder, 'jobs.sqlite') });
    records = await openSqliteRecords({ path: join(folder, 'records.sqlite') });
    codec = new EventCodec(definitions);
    const given = [
      { provide: Decisions, useValue: new Decisions(events, codec, clock) },
      { provide: ReadModels, useValue: new ReadModels(reads, events, codec, projections) },
      { provide: MONEY_OPEN, useValue: { of: () => Promise.resolve(() => false) } },
      { provide: ALLOCATIONS, useValue: { of: () => Promise.resolve(null) } }, // nothing is funded here
      { provide: JOB_STORE, useValue: jobs },
      { provide: Outbox, useValue: new Outbox(join(folder, 'outbox')) },
      { provide: Attachments, useValue: new Attachments(join(folder, 'attachments'), records, clock) },
    ];
    @Global()
    @Module({ imports: [CqrsModule.forRoot()], providers: given, exports: given })
    class PlatformModule {}
    @Module({ imports: [PlatformModule, AuditsModule, PlansModule, ReportingModule] })
    class TestModule {}
    app = await NestFactory.createApplicationContext(TestModule, { logger: false });
    const policy = {
      version: 1,
      kind: 'rate-per-fte' as const,
      ratePencePerFte: 1,
      floorPence: 1,
      capPence: 1,
    };
    const terms = {
      name: 'Ipswich',
      area: 'Ipswich',
      startsOn: '2023-09-01',
      endsOn: '2025-07-31',
      budgetPence: 120_000_000,
      policy,
      tranches: [{ number: 1, shareBasisPoints: 10_000, conditions: [] }],
      reportWindows: [window],
    };
    await append('programme-ipswich', programmeCreated({ programmeId: 'ipswich', ...terms }));
    const enrolled = { ...id, settingName: 'Oak', reportWindows: [window] };
    await append(
      'participation-ipswich.124570',
      settingEnrolled({ ...enrolled, programme: reference, setting: reference }),
    );
  });

  afterAll(async () => {
    await app.close();
    await reads.close();
    await jobs.close();
    await records.close();
    await events.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('audits only a setting that is enrolled, cycle by cycle', async () => {
    const stranger = { ...id, urn: '999999' };
    expect(await refused(new StartAudit(stranger, context(head, '2023-12-01')))).toBe(
      'AUDIT.SETTING_NOT_ENROLLED',
    );
    const { events: started } = await run(new StartAudit(id, context(head, '2023-12-01')));
    expect(started[0]).toMatchObject({
      stream: 'audit-ipswich.124570.1',
      data: { participation: { stream: 'participation-ipswich.124570', type: 'SettingEnrolled' } },
    });
    expect(await refused(new StartAudit({ ...id, cycle: 2 }, context(head, '2023-12-02')))).toBe(
      'AUDIT.EARLIER_CYCLE_OPEN',
    );
    expect(
      await refused(new SubmitActionPlan({ ...id, actions: [action] }, context(head, '2023-12-09'))),
    ).toBe('PLAN.AUDIT_NOT_COMPLETED');
    const outcome = await run(new CompleteAudit({ ...id, ...answers }, context(head, '2023-12-10')));
    expect(await ask(new GetAudit(id, outcome.position.toString()))).toMatchObject({
      status: 'completed',
      cycle: 1,
      needs: answers.needs,
    });
    await expect(ask(new GetAudit({ ...id, cycle: 3 }))).rejects.toThrow(RefusalError);
  });

  it('plans by the audit of the day, and is approved by somebody else', async () => {
    await run(new StartAudit({ ...id, cycle: 2 }, context(head, '2024-09-01')));
    await run(new CompleteAudit({ ...id, ...answers, cycle: 2 }, context(head, '2024-09-30')));
    const { events: submitted } = await run(
      new SubmitActionPlan({ ...id, actions: [action] }, context(head, '2024-01-05')),
    );
    expect(submitted[0]).toMatchObject({ data: { version: 1, audit: { stream: 'audit-ipswich.124570.1' } } });
    const nowhere = { ...id, programmeId: 'nowhere', actions: [action] };
    expect(await refused(new SubmitActionPlan(nowhere, context(head, '2024-01-06')))).toBe(
      'PROGRAMME.NOT_FOUND',
    );
    const badCycle = { ...id, auditCycle: 0, actions: [action] };
    expect(await refused(new SubmitActionPlan(badCycle, context(head, '2024-01-06')))).toBe(
      'PLAN.AUDIT_CYCLE',
    );
    await run(new ReturnActionPlan({ ...id, comments: 'More' }, context(officer, '2024-01-07')));
    await run(new SubmitActionPlan({ ...id, actions: [action] }, context(head, '2024-01-08')));
    expect(await refused(new ApproveActionPlan(id, context(head, '2024-01-09')))).toBe(
      'PLAN.APPROVER_SUBMITTED',
    );
    const early = { ...id, window: 1, summary: 'Begun', actions: [progress] };
    expect(await refused(new SubmitProgressReport(early, context(head, '2024-03-02')))).toBe(
      'REPORT.PLAN_NOT_APPROVED',
    );
    await run(new ApproveActionPlan(id, context(officer, '2024-01-09')));
    await run(new WithdrawPlanApproval({ ...id, reason: 'Slip' }, context(officer, '2024-01-10')));
    await run(new SubmitActionPlan({ ...id, actions: [action] }, context(head, '2024-01-11')));
    const outcome = await run(new ApproveActionPlan(id, context(officer, '2024-01-12')));
    expect(await ask(new GetPlan(id, outcome.position.toString()))).toMatchObject({
      status: 'approved',
      version: 3,
    });
  });

  it('reports on the approved plan, and is accepted by somebody else', async () => {
    const input = { ...id, window: 1, summary: 'Done', actions: [progress] };
    expect(
      await refused(new SubmitProgressReport({ ...input, window: 2 }, context(head, '2024-03-02'))),
    ).toBe('REPORT.WINDOW_NOT_FOUND');
    const stranger = { ...input, urn: '999999' };
    expect(await refused(new SubmitProgressReport(stranger, context(head, '2024-03-02')))).toBe(
      'REPORT.SETTING_NOT_ENROLLED',
    );
    const nothing = { ...input, actions: undefined as never };
    expect(await refused(new SubmitProgressReport(nothing, context(head, '2024-03-02')))).toBe(
      'REPORT.MALFORMED',
    );
    expect(await refused(new SubmitProgressReport(input, context(head, '2024-05-02')))).toBe(
      'REPORT.DATED_BY_RECEIPT',
    );
    now = '2024-05-02';
    const { events: submitted } = await run(new SubmitProgressReport(input, context(head, '2024-05-02')));
    now = '2025-01-01';
    expect(submitted[0]).toMatchObject({
      data: {
        plan: { stream: 'plan-ipswich.124570', type: 'ActionPlanApproved', revision: '6' },
        actions: [{ note: '' }],
      },
    });
    const one = { ...id, window: 1 };
    expect(await refused(new AcceptProgressReport(one, context(head, '2024-05-03')))).toBe(
      'REPORT.ACCEPTER_SUBMITTED',
    );
    await run(new AcceptProgressReport(one, context(officer, '2024-05-03')));
    await run(new WithdrawReportAcceptance({ ...one, reason: 'Slip' }, context(officer, '2024-05-04')));
    const { position } = await run(new AcceptProgressReport(one, context(officer, '2024-05-05')));
    const atLeast = position.toString();
    for (const input of [{ programmeId: 'ipswich' }, { programmeId: 'ipswich', status: 'accepted' }, id]) {
      const { documents } = await ask<{ documents: unknown[] }>(new ListReports(input, atLeast));
      expect(documents).toEqual([
        expect.objectContaining({ status: 'accepted', late: true, spentPence: 900 }),
      ]);
    }
    expect(await ask(new ListReports({ programmeId: 'ipswich', status: 'awaited' }))).toMatchObject({
      documents: [],
    });
    await expect(ask(new ListReports({ programmeId: 'ipswich', status: 'lost' }))).rejects.toThrow(
      /status must be one of/,
    );
  });
});
