import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Answer } from './api-process.js';
import type { Installation } from './installation.js';
import {
  completedAudit,
  done,
  dueDiligence,
  fraudRisk,
  importRegister,
  peopleOf,
  plan,
  programme,
  report,
  signAgreement,
  soon,
  type People,
} from './scenario.js';

const URNS = Array.from({ length: 12 }, (_, index) => String(140_001 + index));
const FIRST = URNS[0]!;
const BUDGET = 20_000_000;
const CONDITIONS = /^TRANCHE\.(AGREEMENT_NOT_ACCEPTED|PLAN_NOT_APPROVED|REPORT_NOT_ACCEPTED|CONDITION)/;

/**
 * The whole loop over HTTP, with the server killed by `kill -9` in the middle of a burst of commands and started
 * again; what is said of the product here holds wherever its engines are and however many processes it has.
 */
export function theLoop(name: string, open: () => Promise<Installation>): void {
  describe(`from enrolment to a released tranche, with a crash in the middle, on ${name}`, () => {
    let installation: Installation;
    let people: People;
    const acknowledged: { id: string; type: string }[] = [];

    const at = (urn: string, path: string): string => `/api/v1/programmes/loop/settings/${urn}/${path}`;
    const allocation = (urn: string, path: string): string =>
      `/api/v1/programmes/loop/allocations/${urn}/${path}`;
    const note = (answer: Answer): Answer => {
      acknowledged.push(...(answer.body.events as { id: string; type: string }[]));
      return answer;
    };

    beforeAll(async () => {
      installation = await open();
      people = await peopleOf(installation.api);
    });
    afterAll(() => installation.close());

    it('takes the settings of a file through audit and plan', async () => {
      await importRegister(people, URNS);
      note(done(await people.operations.post('/api/v1/programmes', programme('loop', BUDGET))));
      for (const urn of URNS) {
        note(done(await people.operations.post('/api/v1/programmes/loop/participations', { urn })));
        const part = `/api/v1/programmes/loop/participations/${urn}`;
        note(done(await people.operations.post(`${part}/due-diligence`, dueDiligence)));
        note(done(await people.approver.post(`${part}/fraud-risk`, fraudRisk)));
        note(done(await people.setting.post(at(urn, 'audit/start'), {})));
        note(done(await people.setting.post(at(urn, 'audit/complete'), completedAudit)));
        note(done(await people.setting.post(at(urn, 'plan/submit'), plan)));
        note(done(await people.approver.post(at(urn, 'plan/approve'), {})));
      }
    });

    it('keeps what it acknowledged when it is killed in a burst of offers, and finishes or refuses the rest', async () => {
      const keys = new Map(URNS.map((urn) => [urn, randomUUID()]));
      const offer = async (urn: string): Promise<Answer | undefined> => {
        const headers = { 'idempotency-key': keys.get(urn)! };
        return people.operations.post(allocation(urn, 'offer'), {}, headers).catch(() => undefined);
      };
      const burst = URNS.map(async (urn) => {
        const answer = await offer(urn);
        if (answer !== undefined) note(done(answer));
        return answer;
      });
      await Promise.race(burst);
      await installation.killApi();
      const before = (await Promise.all(burst)).filter((answer) => answer !== undefined).length;
      expect(before).toBeGreaterThan(0);

      await installation.startApi();
      people = await peopleOf(installation.api);
      for (const urn of URNS) note(done((await offer(urn))!));
      await installation.api.ready();
      const ledger = done(await people.auditor.get('/api/v1/programmes/loop/ledger')).body;
      expect(ledger.settings).toHaveLength(URNS.length);
      const allocated = (ledger.settings as { allocatedPence: number }[]).reduce(
        (sum, { allocatedPence }) => sum + allocatedPence,
        0,
      );
      expect(ledger.committedPence).toBe(allocated);
      expect(ledger.committedPence + ledger.availablePence).toBe(BUDGET);
    });

    it('releases a tranche signed by three people, and refuses a second signature', async () => {
      await signAgreement(people, '/api/v1/programmes/loop', FIRST);
      note(done(await people.setting.post(allocation(FIRST, 'accept'), {})));
      const tranche = (number: number, verb: string): string =>
        allocation(FIRST, `tranches/${number}/${verb}`);
      note(await soon(() => people.operations.post(tranche(1, 'propose'), {}), CONDITIONS));
      const oliveAsApprover = await installation.api.as('olive', 'approver');
      const refused = await oliveAsApprover.post(tranche(1, 'approve'), {});
      expect([refused.status, refused.body.code]).toEqual([403, 'TRANCHE.SECOND_SIGNATURE']);
      note(done(await people.approver.post(tranche(1, 'approve'), {})));
      const adaAsPayer = await installation.api.as('ada', 'payer');
      expect((await adaAsPayer.post(tranche(1, 'release'), {})).body.code).toBe('TRANCHE.SECOND_SIGNATURE');
      const releases = await Promise.all([1, 2, 3].map(() => people.payer.post(tranche(1, 'release'), {})));
      for (const answer of releases) done(answer);
      expect(releases.filter((answer) => answer.body.events.length > 0)).toHaveLength(1);
      releases.forEach(note);
    });

    it('wants an accepted report for the next tranche, and pays never more than was allocated', async () => {
      const propose = (): Promise<Answer> =>
        people.operations.post(allocation(FIRST, 'tranches/2/propose'), {});
      expect((await propose()).body.code).toBe('TRANCHE.REPORT_NOT_ACCEPTED');
      note(done(await people.setting.post(at(FIRST, 'reports/1/submit'), report)));
      note(done(await people.approver.post(at(FIRST, 'reports/1/accept'), {})));
      note(await soon(propose, CONDITIONS));
      note(done(await people.approver.post(allocation(FIRST, 'tranches/2/approve'), {})));
      const paid = note(done(await people.payer.post(allocation(FIRST, 'tranches/2/release'), {})));
      const atLeast = String(paid.body.position);
      const ledger = done(await people.auditor.get(`/api/v1/programmes/loop/ledger?atLeast=${atLeast}`)).body;
      const first = (
        ledger.settings as { urn: string; allocatedPence: number; releasedPence: number }[]
      ).find(({ urn }) => urn === FIRST)!;
      expect(first.releasedPence).toBe(first.allocatedPence);
      expect(ledger.releasedPence).toBe(first.releasedPence);
    });

    it('explains the pound back to the row of the file', async () => {
      const { body } = done(await people.auditor.get(`/api/v1/tranches/loop.${FIRST}.2/explanation`));
      const text = JSON.stringify(body);
      for (const type of [
        'TrancheReleased',
        'TrancheApproved',
        'TrancheProposed',
        'ProgressReportAccepted',
        'ProgressReportSubmitted',
        'ActionPlanApproved',
        'OfferAccepted',
        'AllocationOffered',
        'ProgrammeCreated',
        'WorkforceFigureRecorded',
      ]) {
        expect(text).toContain(`"${type}"`);
      }
      expect(text).toContain('"census.csv"');
      expect(text).toMatch(/"sha256":"[0-9a-f]{64}"/);
      expect(text).toContain('"method":"bearer-token"');
    });

    it('has every acknowledged event, once', async () => {
      const ids: string[] = [];
      for (let after: string | undefined = ''; after !== undefined;) {
        const page: Answer = done(
          await people.auditor.get(`/api/v1/events?limit=1000${after === '' ? '' : `&after=${after}`}`),
        );
        ids.push(...(page.body.events as { id: string }[]).map(({ id }) => id));
        after = page.body.next as string | undefined;
      }
      expect(new Set(ids).size).toBe(ids.length);
      const present = new Set(ids);
      expect(acknowledged.filter(({ id }) => !present.has(id))).toEqual([]);
      expect(acknowledged.length).toBeGreaterThan(12 * 6);
    });
  });
}
