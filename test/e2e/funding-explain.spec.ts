// Why was this pound paid? From the streams alone, down to the row of the file.
import { ExplainTranche, explanationInWords, type Explanation } from '#domain/funding';
import { AcceptProgressReport, SubmitProgressReport, WithdrawReportAcceptance } from '#domain/reporting';
import { type RefusalError } from '#kernel';
import { person } from '#testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { Funding, people } from './funding.harness.js';
import { report } from './scenario.js';

const URN = '100001';
const PROGRAMME = 'ipswich';
const ids = { programmeId: PROGRAMME, urn: URN };
const idOf = (number: number): string => `${PROGRAMME}.${URN}.${number}`;

let funding: Funding;
const explain = (id: string): Promise<Explanation> => funding.ask(new ExplainTranche(id));

beforeAll(async () => {
  funding = await Funding.open('2024-03-01');
  await funding.register({ [URN]: '50', '100002': '23.4' });
  await funding.programme(PROGRAMME, 10_000_000, [
    { number: 1, shareBasisPoints: 4000, conditions: ['agreement-accepted', 'plan-approved'] },
    { number: 2, shareBasisPoints: 6000, conditions: ['report-1-accepted'] },
  ]);
  await funding.prepare(PROGRAMME, URN);
  await funding.approvePlan(PROGRAMME, URN);
  await funding.offer(PROGRAMME, URN);
  await funding.accept(PROGRAMME, URN);
  await funding.settle();
  funding.goTo('2024-03-31T10:00:00+01:00');
  await funding.pay(PROGRAMME, URN, 1);
  funding.goTo('2024-05-01');
  const context = funding.context({ by: people.setting });
  await funding.run(new SubmitProgressReport({ ...ids, window: 1, ...report } as never, context));
  const accepting = funding.context({ by: person('tom', 'adviser') });
  await funding.run(new AcceptProgressReport({ ...ids, window: 1 }, accepting));
  await funding.settle();
  funding.goTo('2024-05-09');
  await funding.pay(PROGRAMME, URN, 2, { at: '2024-05-02' });
});
afterAll(() => funding.close());

/** The types of events on the way, outermost first, each indented by what it is a reason for. */
function outline({ event, because }: Explanation, depth = 0): string[] {
  return [
    `${'  '.repeat(depth)}${event?.type ?? '-'}`,
    ...because.flatMap((reason) => outline(reason, depth + 1)),
  ];
}
const flat = (explanation: Explanation): Explanation[] => [explanation, ...explanation.because.flatMap(flat)];

describe('a released tranche', () => {
  it('is explained from the release down to the files', async () => {
    expect(outline(await explain(idOf(1)))).toEqual([
      'TrancheReleased',
      '  TrancheApproved',
      '  TrancheProposed',
      '  ConditionMet',
      '    OfferAccepted',
      '      AllocationOffered',
      '        ProgrammeCreated',
      '        WorkforceFigureRecorded',
      '          SettingRegistered',
      '        SettingEnrolled',
      '          SettingRegistered',
      '        DueDiligenceCompleted',
      '        FraudRiskAssessed',
      '        FundsReserved',
      '          FundOpened',
      '        CommitmentConfirmed',
      '      GrantAgreementSigned',
      '  ConditionMet',
      '    ActionPlanApproved',
      '      ActionPlanSubmitted',
      '        AuditCompleted',
      '          AuditStarted',
    ]);
  });

  it('through its accepted report and the plan reported on, and the offer in any case', async () => {
    expect(outline(await explain(idOf(2))).slice(0, 12)).toEqual([
      'TrancheReleased',
      '  TrancheApproved',
      '  TrancheProposed',
      '  ConditionMet',
      '    ProgressReportAccepted',
      '      ProgressReportSubmitted',
      '        ActionPlanApproved',
      '          ActionPlanSubmitted',
      '            AuditCompleted',
      '              AuditStarted',
      '  OfferAccepted',
      '    AllocationOffered',
    ]);
  });

  it('cites each event as history has it, with who, how they were known and both times', async () => {
    const history = new Map((await funding.history()).map((event) => [event.id, event]));
    const all = flat(await explain(idOf(2)));
    expect(all.length).toBeGreaterThan(15);
    for (const { event, says } of all) {
      const { stream, type, revision, metadata } = history.get(event!.id)!;
      expect(event).toEqual({
        ...{ id: event!.id, stream, type, revision: revision.toString() },
        ...{ actor: metadata.actor, occurredAt: metadata.occurredAt, recordedAt: metadata.recordedAt },
      });
      expect(says).toMatch(/ by .*, on \d+ \w+ 2024 at \d\d:\d\d:\d\d (GMT|BST), recorded /);
    }
    expect(JSON.parse(JSON.stringify(all))).toEqual(all);
  });

  it('says in words who released what, and when, and when it was told', async () => {
    const { says } = await explain(idOf(2));
    expect(says).toBe(
      'Tranche 2, £18,000.00 for School 100001 (100001), was released, by pat of https://issuer.test (payer), known by ' +
        'bearer token token-of-pat signed with key key-1, on 2 May 2024 at 00:00:00 BST, recorded on 9 May 2024 at 00:00:00 BST.',
    );
    const offered = flat(await explain(idOf(2))).find(({ event }) => event?.type === 'AllocationOffered');
    expect(offered!.says).toContain(
      'was offered £30,000.00 (£12,000.00 + £18,000.00): 50 full-time equivalent teachers at £600.00 each come to £30,000.00; ' +
        'by version 1 of the policy, not below £10,000.00 nor above £50,000.00',
    );
  });

  it('names file, row and hash of the figure and of the register', async () => {
    const sources = flat(await explain(idOf(1))).flatMap(({ event, source }) =>
      source === undefined ? [] : [[event!.type, source]],
    );
    const census = 'school_urn,teachers_fte\n100001,50\n100002,23.4';
    expect(sources).toContainEqual([
      'WorkforceFigureRecorded',
      { file: 'census.csv', row: 2, sha256: createHash('sha256').update(census).digest('hex') },
    ]);
    expect(sources.map(([type]) => type)).toContain('SettingRegistered');
  });

  it('is explained as it was then, whatever is undone afterwards', async () => {
    const before = await explain(idOf(2));
    const withdrawing = funding.context({ by: person('tom', 'adviser') });
    await funding.run(
      new WithdrawReportAcceptance({ ...ids, window: 1, reason: 'figures were wrong' }, withdrawing),
    );
    await funding.settle();
    expect(await explain(idOf(2))).toEqual(before);
  });

  it('reads as an indented tree', async () => {
    const lines = explanationInWords(await explain(idOf(1))).split('\n');
    expect(lines[0]).toMatch(/^Tranche 1, £12,000.00 for School 100001/);
    expect(lines[1]).toMatch(/^ {4}\[event [0-9a-f-]{36}, allocation-ipswich.100001 revision \d+\]$/);
    expect(lines.some((line) => /^ {8}because .*50 full-time equivalent \(FTE\)/.test(line))).toBe(true);
    expect(lines.some((line) => /^ {12}\[census.csv, row 2, SHA-256 [0-9a-f]{64}\]$/.test(line))).toBe(true);
  });
});

describe('a tranche that is not released', () => {
  it('is explained by what is missing', async () => {
    await funding.prepare(PROGRAMME, '100002');
    await funding.offer(PROGRAMME, '100002');
    await funding.settle();
    const explanation = await explain(`${PROGRAMME}.100002.2`);
    expect(explanation.says).toContain('has not been released');
    expect(explanation.event).toBeUndefined();
    expect(explanation.because.map(({ says }) => says).slice(0, 6)).toEqual([
      'Still missing: the offer is not accepted.',
      'Still missing: progress report 1 is not accepted.',
      'Still missing: tranche 1 is not released.',
      'Still missing: nobody has proposed it.',
      'Still missing: nobody has approved it.',
      'Still missing: nobody has released it.',
    ]);
    expect(outline(explanation).slice(7, 9)).toEqual(['  AllocationOffered', '    ProgrammeCreated']);
  });
});

it.each([
  'ipswich.100001.3',
  'ipswich.100009.1',
  'ipswich',
  '',
  'a.b.c',
  'ipswich.100001.01',
  'ipswich.100001.1.1',
])('there is no tranche %p', async (id) => {
  const refusal = await explain(id).then(
    () => undefined,
    (error: RefusalError) => error.refusal,
  );
  expect(refusal).toMatchObject({ code: 'TRANCHE.UNKNOWN', kind: 'not-found' });
});
