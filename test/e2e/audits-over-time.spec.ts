// Audits of two years, between which the instrument that they rate by has got a new version.
import {
  CompareAudits,
  CompleteAudit,
  NATIONAL_STRATEGY,
  PublishAuditInstrument,
  ReturnAudit,
  ShowInstrumentOfAudit,
  SignOffAudit,
  StartAudit,
  type AuditComparison,
  type InstrumentOfAudit,
} from '#domain/audits';
import { EnrolSetting } from '#domain/programme';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Funding, people } from './funding.harness.js';
import { completedAudit } from './scenario.js';

const ids = { programmeId: 'ipswich', urn: '150001' };
const SHARED = { slug: 'shared-across-settings', label: 'Is shared with other settings' };
const bySetting = { by: people.setting };
let funding: Funding;

beforeAll(async () => {
  funding = await Funding.open('2024-01-08T09:00:00Z');
  await funding.register({ 150001: '10' });
  await funding.programme('ipswich', 5_000_000);
  await funding.run(new EnrolSetting(ids, funding.context()));
});
afterAll(() => funding.close());

const start = () =>
  funding.run<{ events: readonly { data: object }[] }>(new StartAudit(ids, funding.context(bySetting)));
const complete = (ratings: readonly object[]) =>
  funding.run(new CompleteAudit({ ...ids, ...completedAudit, ratings } as never, funding.context(bySetting)));
const ratesBy = (cycle?: number) =>
  funding.ask<InstrumentOfAudit>(
    new ShowInstrumentOfAudit({ ...ids, ...(cycle === undefined ? {} : { cycle }) }),
  );
const kept = NATIONAL_STRATEGY.features.slice(1);
const ofNew = completedAudit.groups.flatMap((group) =>
  [...kept, SHARED].map(({ slug }) => ({ feature: slug, group, rating: 3, evidence: 'Two visits' })),
);

describe('an audit that was begun by an earlier version of the instrument', () => {
  it('rates by that one also when another is in force, and when it is completed again', async () => {
    await start();
    const features = [...kept, SHARED];
    const said = { programmeId: 'ipswich', features, effectiveOn: '2024-09-01', reason: 'minute 7' };
    await funding.run(new PublishAuditInstrument(said, funding.context()));
    await complete(completedAudit.ratings);
    funding.goTo('2024-09-02T09:00:00Z');
    const back = { ...ids, comments: 'ask the governors' };
    await funding.run(new ReturnAudit(back, funding.context({ by: people.approver })));
    await expect(complete(ofNew)).rejects.toMatchObject({
      ...{ code: 'AUDIT.FEATURE_UNKNOWN', message: expect.stringContaining('version 1 of the instrument') },
    });
    await expect(complete(ofNew)).rejects.toThrow('audit form ipswich 150001 --cycle 1');
    expect(await ratesBy()).toMatchObject({ cycle: 1, version: 1, inForce: false });
    await complete(completedAudit.ratings);
    expect(await ratesBy()).toMatchObject({ cycle: null, version: 2, inForce: true });
    expect(await ratesBy(1)).toMatchObject({ cycle: 1, version: 1 });
    await expect(ratesBy(2)).rejects.toMatchObject({ code: 'AUDIT.NOT_FOUND' });
  });

  it('is followed by the next cycle, which rates by the new one, and compared with it feature by feature', async () => {
    const { events } = await start();
    expect(events).toMatchObject([
      { data: { cycle: 2, instrumentVersion: 2, instrument: { type: 'AuditInstrumentPublished' } } },
    ]);
    expect((await start()).events).toEqual([]);
    expect(await ratesBy()).toMatchObject({ cycle: 2, version: 2 });
    await expect(complete(completedAudit.ratings)).rejects.toMatchObject({ code: 'AUDIT.FEATURE_UNKNOWN' });
    await complete(ofNew);
    await funding.settle();
    const compared = await funding.ask<AuditComparison>(new CompareAudits(ids));
    expect(compared).toMatchObject({ cycle: 2, instrumentVersion: 2, lastInstrumentVersion: 1 });
    expect(compared.ratings.find(({ feature }) => feature === SHARED.slug)).toMatchObject({
      ...{ label: SHARED.label, last: null, now: 3, askedLast: false, askedNow: true },
    });
    const [dropped] = NATIONAL_STRATEGY.features;
    expect(compared.ratings.find(({ feature }) => feature === dropped!.slug)).toMatchObject({
      ...{ label: dropped!.label, last: 2, now: null, askedLast: true, askedNow: false },
    });
    expect(compared.ratings.find(({ feature }) => feature === kept[0]!.slug)).toMatchObject({ change: 1 });
  });
});

describe('a sign-off that names no cycle', () => {
  const by = { by: people.approver };
  type Signed = { events: readonly { type: string; data: object }[] };
  const signOff = (context = funding.context(by)) => funding.run<Signed>(new SignOffAudit(ids, context));
  const ofCycle = (cycle: number) => ({ events: [{ type: 'AuditSignedOff', data: { cycle } }] });

  it('is of the newest that waits for one, whatever has been started since, and sent again of the same', async () => {
    funding.goTo('2025-09-02T09:00:00Z');
    expect(await start()).toMatchObject({ events: [{ data: { cycle: 3 } }] });
    await funding.settle();
    const found = (cycle?: object) => funding.ask<AuditComparison>(new CompareAudits({ ...ids, ...cycle }));
    expect(await found()).toMatchObject({
      ...{ cycle: 2, academicYear: '2024/25', completed: true, lastCycle: 1, lastAcademicYear: '2023/24' },
      needs: [{ needId: 'phonics', outcome: 'persisting' }],
    });
    expect(await found({ cycle: 3 })).toMatchObject({ cycle: 3, completed: false, lastCycle: 2 });
    const context = funding.context(by);
    expect(await signOff(context)).toMatchObject(ofCycle(2));
    expect(await signOff(context)).toMatchObject(ofCycle(2));
  });

  it('is refused where the newest that is completed is judged and an older one waits, naming that one', async () => {
    const refused = {
      code: 'AUDIT.CYCLE_NOT_NAMED',
      message: expect.stringMatching(/^cycle 2 .* is signed off, and cycle 1 waits .*--cycle 1/),
      refusal: { details: { field: 'cycle', urn: ids.urn, cycle: 2, waiting: [1] } },
    };
    await expect(signOff()).rejects.toMatchObject(refused);
    const back = new ReturnAudit({ ...ids, comments: 'ask again' }, funding.context(by));
    await expect(funding.run(back)).rejects.toMatchObject(refused);
    const named = new SignOffAudit({ ...ids, cycle: 1 }, funding.context(by));
    expect(await funding.run(named)).toMatchObject(ofCycle(1));
  });

  it('is refused where none waits, naming the cycle, and so is a return', async () => {
    const refused = { code: 'AUDIT.NOT_COMPLETED', message: expect.stringContaining('cycle 3 of the audit') };
    await expect(signOff()).rejects.toMatchObject(refused);
    const back = new ReturnAudit({ ...ids, comments: 'ask again' }, funding.context(by));
    await expect(funding.run(back)).rejects.toMatchObject(refused);
  });
});
