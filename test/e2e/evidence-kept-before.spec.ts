// Files that were sent in before it was written down for which settings: their owner cites them still, and others are told what to do.
import { AttachFile, ReturnProgressReport, SubmitProgressReport } from '#domain/reporting';
import { RefusalError } from '#kernel';
import { person } from '#testing';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Funding, people } from './funding.harness.js';
import { report } from './scenario.js';

const URN = '100001';
const ids = { programmeId: 'kept', urn: URN, window: 1 };
let funding: Funding;
beforeAll(async () => {
  funding = await Funding.open('2024-03-01');
  await funding.register({ [URN]: '50' });
  await funding.programme('kept', 10_000_000);
  await funding.prepare('kept', URN);
  await funding.approvePlan('kept', URN);
});
afterAll(() => funding.close());

/** As it was kept before there was an index by setting. */
async function keptBefore(content: string): Promise<string> {
  const file = { file: 'registers.pdf', content: Buffer.from(content), urns: [URN] };
  const { sha256 } = await funding.run<{ sha256: string }>(
    new AttachFile(file, funding.context({ by: people.setting })),
  );
  const { records } = funding.office.stores;
  const ofSetting = { kind: 'attachment-of', id: `${sha256}.${URN}` };
  expect(
    await records.delete(ofSetting, (await records.get(ofSetting, funding.now))!.version, funding.now),
  ).toBe(true);
  const first = { kind: 'attachment', id: sha256 };
  const known = (await records.get<Record<string, string>>(first, funding.now))!;
  const { bySetting: _, ...value } = known.value;
  await records.put(first, { value, expected: known.version, expiresAt: 'never' }, funding.now);
  return sha256;
}

const submit = (sha256: string, by = people.setting, summary = report.summary): Promise<unknown> => {
  const actions = [{ ...report.actions[0]!, evidence: [sha256] }];
  return funding.run(
    new SubmitProgressReport({ ...ids, summary, actions } as never, funding.context({ by })),
  );
};

it('a file that was kept before is cited by who sent it in, and by nobody else', async () => {
  const sha256 = await keptBefore('%PDF the registers of autumn');
  const refused = await submit(sha256, person('tim', 'setting')).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(RefusalError);
  expect(refused).toMatchObject({ code: 'REPORT.EVIDENCE_NOT_KEPT' });
  expect((refused as RefusalError).message).toContain(
    `is kept for setting ${URN}: send it in, also if that was`,
  );
  await submit(sha256);
  const verdict = { ...ids, comments: 'say more' };
  await funding.run(new ReturnProgressReport(verdict, funding.context({ by: people.planApprover })));
  // The report has cited it: whoever corrects the report for the setting cites it again.
  await submit(sha256, person('tim', 'setting'), 'more of it');
});
