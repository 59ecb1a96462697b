// How long an offer stands, who approves how much, and who approves for whom: over HTTP and at the command line.
import { addDays, dateInLondon, systemClock } from '#kernel';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ops, type Client } from './api-process.js';
import { Installation } from './installation.js';
import {
  completedAudit,
  done,
  dueDiligence,
  eventually,
  fraudRisk,
  importRegister,
  peopleOf,
  plan,
  programme,
  signAgreement,
  soon,
  type People,
} from './scenario.js';

const URNS = ['197001', '197002'] as const;
const [URN, LEAVER] = URNS;
const ROOT = '/api/v1/programmes/rules';
const today = dateInLondon(systemClock.now());
const at = (daysAgo: number) => `${addDays(today, -daysAgo)}T09:00:00Z`;
const reason = 'minute 7 of the board';
let installation: Installation;
let people: People;
let bob: Client;
const cli = (...args: string[]) => ops(installation.folder.path, args, installation.environment);

async function offerTo(urn: string): Promise<void> {
  done(await people.operations.post(`${ROOT}/participations`, { urn }));
  done(await people.operations.post(`${ROOT}/participations/${urn}/due-diligence`, dueDiligence));
  done(await people.approver.post(`${ROOT}/participations/${urn}/fraud-risk`, fraudRisk));
  done(await people.operations.post(`${ROOT}/allocations/${urn}/offer`, {}));
}

beforeAll(async () => {
  installation = await Installation.open();
  people = await peopleOf(installation.api);
  bob = await installation.api.as('bob', 'approver');
  await importRegister(people, URNS);
  const created = { ...programme('rules', 20_000_000), occurredAt: at(3) };
  done(await people.operations.post('/api/v1/programmes', created));
});
afterAll(() => installation.close());

describe('funding rules', () => {
  const rules = {
    ...{ acceptanceDays: 28, defaultLimitPence: 100_000, limits: [{ subject: 'ada', upToPence: 1_000_000 }] },
    ...{ effectiveOn: addDays(today, -1), reason },
  };

  it('are for the board to set, for a later day, with the field that is wrong named', async () => {
    const board = await installation.api.as('bea', 'board');
    expect((await people.operations.post(`${ROOT}/funding-rules`, rules)).status).toBe(403);
    const late = await board.post(`${ROOT}/funding-rules`, rules);
    expect([late.status, late.body.code, late.body.field]).toEqual([
      ...[400, 'PROGRAMME.RULES_EFFECTIVE_ON', 'effectiveOn'],
    ]);
    done(await board.post(`${ROOT}/funding-rules`, { ...rules, occurredAt: at(2) }));
    const file = join(installation.folder.path, 'rules.json');
    await writeFile(file, JSON.stringify({ ...rules, acceptanceDays: 14, effectiveOn: addDays(today, 9) }));
    expect((await cli('funding-rules', 'set', 'rules', file, '--as', 'bea', '--role', 'board')).code).toBe(0);
    const shown = await cli('funding-rules', 'show', 'rules');
    expect(shown.stdout).toMatch(/1\s+\S+\s+28 days\s+others £1,000\.00, ada £10,000\.00\s+bea/);
    expect(shown.stdout).toMatch(/2\s+\S+\s+14 days/);
  });

  it('say until when an offer can be accepted; it lapses when its setting leaves, and its money is free', async () => {
    await offerTo(LEAVER);
    const acceptBy = addDays(today, 28);
    const list = async () =>
      done(await people.setting.get(`${ROOT}/work-lists/setting?urn=${LEAVER}`)).body.items as {
        kind: string;
      }[];
    const offers = await eventually(list, (items) => items.some(({ kind }) => kind === 'allocation'));
    expect(offers).toContainEqual(
      expect.objectContaining({ toDo: 'accept or decline the offer', until: acceptBy }),
    );
    done(await people.operations.post(`${ROOT}/participations/${LEAVER}/withdraw`, { reason: 'a new head' }));
    const late = await people.setting.post(`${ROOT}/allocations/${LEAVER}/accept`, {});
    expect(['ALLOCATION.PARTICIPATION_ENDED', 'ALLOCATION.NOT_OFFERED']).toContain(late.body.code);
    const ledger = async () =>
      done(await people.auditor.get(`${ROOT}/ledger`)).body['committedPence'] as number;
    expect(await eventually(ledger, (pence) => pence === 0)).toBe(0);
    const events = await cli('events', '--stream', `allocation-rules.${LEAVER}`);
    expect(events.stdout).toContain('OfferLapsed');
    const explain = ['explain', 'ledger', 'rules', 'committed', '--urn', LEAVER];
    const { stdout: why } = await cli(...explain);
    expect(why).toMatch(
      new RegExp(
        `because -£.*free again, of ${LEAVER}.*\\n.*\\n` +
          `    because The offer of £\\S+ to School ${LEAVER} \\(${LEAVER}\\), which could be accepted until ${acceptBy}, ` +
          `ended, because School ${LEAVER} has withdrawn from the programme, by the product itself.*\\n.*\\n` +
          `      because Setting ${LEAVER} withdrew from the programme: a new head, by olive`,
      ),
    );
    expect(why.replaceAll(/\[.*?\]/g, '')).not.toMatch(/OfferLapsed|SettingWithdrawn/);
  });
});

describe('approving up to a limit', () => {
  const tranche = `${ROOT}/allocations/${URN}/tranches/1`;

  it('is refused above it, and done on behalf of one who has delegated', async () => {
    await offerTo(URN);
    await signAgreement(people, ROOT, URN);
    done(await people.setting.post(`${ROOT}/allocations/${URN}/accept`, {}));
    const settings = `${ROOT}/settings/${URN}`;
    done(await people.setting.post(`${settings}/audit/start`, {}));
    done(await people.setting.post(`${settings}/audit/complete`, completedAudit));
    done(await people.setting.post(`${settings}/plan/submit`, plan));
    done(await people.approver.post(`${settings}/plan/approve`, {}));
    done(await soon(() => people.operations.post(`${tranche}/propose`, {}), /^TRANCHE\.(AGREEMENT|PLAN)/));
    const above = await bob.post(`${tranche}/approve`, {});
    expect([above.status, above.body.code]).toEqual([403, 'TRANCHE.ABOVE_LIMIT']);
    const days = ['--from', today, '--until', addDays(today, 14), '--reason', 'leave'];
    const lent = await cli(
      ...['delegation', 'make', 'rules', 'bob', ...days, '--as', 'ada', '--role', 'approver'],
    );
    expect(lent.code).toBe(0);
    done(await bob.post(`${tranche}/approve`, {}));
    const own = await (await installation.api.as('ada', 'payer')).post(`${tranche}/release`, {});
    expect([own.status, own.body.code]).toEqual([403, 'TRANCHE.SECOND_SIGNATURE']);
    done(await people.payer.post(`${tranche}/release`, {}));
    const explained = await cli('explain', 'tranche', `rules.${URN}.1`);
    expect(explained.stdout).toContain('on behalf of ada (who may approve up to £10,000.00)');
    const taken = await people.approver.post(`${ROOT}/approval-delegations/1/end`, { reason: 'back' });
    expect(done(taken).body.events).toMatchObject([{ type: 'ApprovalDelegationEnded' }]);
  });
});
