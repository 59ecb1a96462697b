// A setting's part in a programme over HTTP, from the invitation to a closure that the board answers.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Installation } from './installation.js';
import { done, importRegister, peopleOf, programme, type People } from './scenario.js';

const [URN, OTHER] = ['140001', '140002'];
const sha256 = 'a'.repeat(64);
let installation: Installation;
let people: People;
beforeAll(async () => {
  installation = await Installation.open();
  people = await peopleOf(installation.api);
  await importRegister(people, [URN, OTHER]);
  done(await people.operations.post('/api/v1/programmes', programme('parts', 20_000_000)));
});
afterAll(() => installation.close());

const at = (path: string, urn = URN): string => `/api/v1/programmes/parts/participations/${urn}/${path}`;
interface Row {
  readonly urn: string;
  readonly status: string;
  readonly next: string | null;
  readonly flag: string | null;
}
async function rows(query: string): Promise<readonly Row[]> {
  const { body } = done(await people.auditor.get(`/api/v1/programmes/parts/participations?${query}`));
  return body.documents as Row[];
}

it('is invited, enrolled, checked by two people and signed for', async () => {
  done(await people.operations.post(at('invite'), {}));
  done(await people.operations.post('/api/v1/programmes/parts/participations', { urn: URN }));
  const offered = await people.operations.post(`/api/v1/programmes/parts/allocations/${URN}/offer`, {});
  expect([offered.status, offered.body.code]).toEqual([409, 'ALLOCATION.CHECKS_MISSING']);
  const diligence = { outcome: 'passed', checks: ['accounts'] };
  done(await people.operations.post(at('due-diligence'), diligence));
  const fraud = { level: 'low', outcome: 'acceptable' };
  const refused = await people.operations.post(at('fraud-risk'), fraud);
  expect([refused.status, refused.body.code]).toEqual([403, 'PARTICIPATION.SECOND_CHECK']);
  done(await people.approver.post(at('fraud-risk'), fraud));
  const document = {
    fileName: 'agreement.pdf',
    sha256,
    eligible: ['course fees'],
    effectiveOn: '2020-01-01',
  };
  done(await people.operations.post('/api/v1/programmes/parts/grant-agreements', document));
  const signing = { version: 1, sha256, signatory: { subject: 'sam', roleTitle: 'head teacher' } };
  const { body } = done(await people.setting.post(at('grant-agreement/sign'), signing));
  expect(await rows(`atLeast=${body.position}`)).toMatchObject([
    { urn: URN, status: 'enrolled', next: 'operations' },
  ]);
});

it('is for the board when a later extract says that it is closed, and then has ended', async () => {
  const gias = [
    'URN,LA (code),LA (name),EstablishmentName,EstablishmentStatus (name),PhaseOfEducation (name)',
    `${URN},935,Suffolk,"School ${URN}",Closed,Primary`,
  ].join('\n');
  const headers = { 'content-type': 'text/csv' };
  const path = '/api/v1/settings/imports?file=later.csv';
  done(await people.operations.send('POST', path, { raw: `${gias}\n`, headers }));
  const deadline = Date.now() + 90_000;
  // The flag is the register's, the turn the participation's: two read models, each in its own time.
  let found = await rows('next=board');
  while (found[0]?.flag !== 'closed' && Date.now() < deadline) {
    await new Promise((wake) => setTimeout(wake, 50));
    found = await rows('next=board');
  }
  expect(found).toMatchObject([{ urn: URN, next: 'board', flag: 'closed' }]);
  const board = await installation.api.as('bea', 'board');
  const decision = { outcome: 'transfer', toUrn: OTHER, reason: 'merged' };
  const { body } = done(await board.post(at('continuity/decide'), decision));
  expect(await rows(`atLeast=${body.position}`)).toMatchObject([
    { status: 'transferred', next: 'operations', nextIs: `let setting ${OTHER} take over its part` },
  ]);
  expect((await people.setting.post(at('withdraw'), { reason: 'closed' })).body.code).toBe(
    'PARTICIPATION.ENDED',
  );
});

it('a file of links names the successors of settings in the register, once', async () => {
  const csv = `URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\n${URN},${OTHER},B,Successor,01-09-2025\n${OTHER},${URN},A,Predecessor,01-09-2025\n999999,${URN},A,Successor - merged,\n`;
  const headers = { 'content-type': 'text/csv' };
  const read = async (): Promise<unknown> =>
    done(
      await people.operations.send('POST', '/api/v1/settings/link-imports?file=links.csv', {
        raw: csv,
        headers,
      }),
    ).body;
  expect(await read()).toMatchObject({ rows: 3, named: 1, notRegistered: 1 });
  expect(await read()).toMatchObject({ named: 0, unchanged: 1 });
});
