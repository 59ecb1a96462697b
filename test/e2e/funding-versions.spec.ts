// What is decided on a day takes the tranche schedule and the report windows in force then, and stays explained by them.
import { ExplainTranche, explanationInWords, type Explanation } from '#domain/funding';
import { ReplaceReportWindows, ReplaceTrancheSchedule } from '#domain/programme';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Funding, TRANCHES } from './funding.harness.js';

const PROGRAMME = 'ipswich';
const [EARLY, LATE, ENROLLED_LATE] = ['100001', '100002', '100003'] as const;
let funding: Funding;

beforeAll(async () => {
  funding = await Funding.open('2024-03-01');
  await funding.register({ [EARLY]: '50', [LATE]: '40', [ENROLLED_LATE]: '30' });
  await funding.programme(PROGRAMME, 20_000_000);
});
afterAll(() => funding.close());

it('offers and enrolments rest on the version of their day', async () => {
  await funding.prepare(PROGRAMME, EARLY);
  await funding.prepare(PROGRAMME, LATE);
  const version = { programmeId: PROGRAMME, effectiveOn: '2024-03-10', reason: 'minute 3' };
  const halves = TRANCHES.map((one) => ({ ...one, shareBasisPoints: 5000 }));
  await funding.run(new ReplaceTrancheSchedule({ ...version, tranches: halves }, funding.context()));
  const reportWindows = [{ number: 1, opensOn: '2024-04-01', dueOn: '2024-05-31', closesOn: '2024-12-31' }];
  await funding.run(new ReplaceReportWindows({ ...version, reportWindows }, funding.context()));

  funding.goTo('2024-03-09T23:59:00Z');
  await funding.offer(PROGRAMME, EARLY);
  funding.goTo('2024-03-10T00:01:00Z');
  await funding.offer(PROGRAMME, LATE);
  await funding.prepare(PROGRAMME, ENROLLED_LATE);
  await funding.offer(PROGRAMME, ENROLLED_LATE);

  const history = await funding.history();
  const shares = history.flatMap((event) =>
    event.type === 'AllocationOffered'
      ? [
          (event.data as { tranches: { shareBasisPoints: number }[] }).tranches.map(
            (one) => one.shareBasisPoints,
          ),
        ]
      : [],
  );
  expect(shares).toEqual([
    [4000, 6000],
    [5000, 5000],
    [5000, 5000],
  ]);
  const enrolments = history.flatMap((event) => (event.type === 'SettingEnrolled' ? [event.data] : [])) as {
    reportWindows: { dueOn: string }[];
    programme: { type: string };
  }[];
  expect(enrolments.map((one) => [one.reportWindows[0]!.dueOn, one.programme.type])).toEqual([
    ['2024-06-30', 'ProgrammeCreated'],
    ['2024-06-30', 'ProgrammeCreated'],
    ['2024-05-31', 'ReportWindowsReplaced'],
  ]);

  const because = async (urn: string) => {
    const explained = await funding.ask<Explanation>(new ExplainTranche(`${PROGRAMME}.${urn}.1`));
    return explanationInWords(explained);
  };
  expect(await because(LATE)).toContain('Version 2 of the tranche schedule, in force from 2024-03-10');
  expect(await because(ENROLLED_LATE)).toContain('Version 2 of the report windows');
  expect(await because(LATE)).not.toContain('report windows');
  expect(await because(EARLY)).not.toContain('tranche schedule');
});
