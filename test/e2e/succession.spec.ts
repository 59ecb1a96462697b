// A setting closes, its part is passed on, and another takes it over: with what was not drawn, and what is still owed.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ops } from './api-process.js';
import { Installation } from './installation.js';
import {
  completedAudit,
  done,
  drawDownFirst,
  dueDiligence,
  eventually,
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

// What the school drew, and what it left; each school has its academy.
const [SCHOOL, LOST, OWN, TAKEN] = ['197001', '197002', '197003', '197004'];
const [ACADEMY, GONE, OTHER, LEFT] = ['197101', '197102', '197103', '197104'];
const ROOT = '/api/v1/programmes/next';
let installation: Installation;
let people: People;
const cli = (...args: string[]) => ops(installation.folder.path, args, installation.environment);
const allocation = (urn: string | undefined, verb: string): string => `${ROOT}/allocations/${urn}/${verb}`;
const part = (urn: string | undefined, verb: string): string => `${ROOT}/participations/${urn}/${verb}`;
const closing = { reason: 'it became an academy', undrawn: 'to-successor' };

interface Money {
  readonly availablePence: number;
  readonly settings: {
    readonly urn: string;
    readonly allocatedPence: number;
    readonly reservedPence: number;
  }[];
}
async function ledger(): Promise<Money> {
  const money = done(await people.auditor.get(`${ROOT}/ledger`)).body as unknown as Money;
  return money;
}

async function pay(urns: readonly (string | undefined)[]): Promise<void> {
  const [maker, releaser, verifier] = await Promise.all(
    ['mia', 'ron', 'vera'].map((subject) => installation.api.as(subject, 'payer')),
  );
  for (const urn of urns) {
    const payee = { accountName: 'A SCHOOL', sortCode: '123456', accountNumber: '12345678' };
    done(await people.operations.post(`/api/v1/settings/${urn}/payee/enter`, payee));
    const { reference } = done(await verifier!.get(`/api/v1/settings/${urn}/payee`)).body;
    done(await verifier!.post(`/api/v1/settings/${urn}/payee/verify`, { reference }));
  }
  done(await maker!.post(`${ROOT}/payment-runs`, {}));
  const [run] = done(await maker!.get(`${ROOT}/payment-runs`)).body as unknown as {
    file: { sha256: string };
    payments: { reference: string; amountPence: number }[];
  }[];
  done(await releaser!.post(`${ROOT}/payment-runs/1/release`, { fileSha256: run!.file.sha256 }));
  const file = await cli('payment-run', 'file', 'next', '1', '--as', 'ron', '--role', 'payer');
  const rows = file.stdout.trim().split('\n').slice(1);
  const answers = rows.map((row) => {
    const [, , , amount, reference] = row.trim().split(',');
    return `${reference},${amount},settled,`;
  });
  const raw = `reference,amount,status,reason\n${answers.join('\n')}\n`;
  const headers = { 'content-type': 'text/csv' };
  done(await maker!.send('POST', `${ROOT}/payment-runs/1/bank-response?file=a.csv`, { raw, headers }));
}

/** The register says that schools have closed; the academies are in it from the beginning. */
async function close(urns: readonly (string | undefined)[]): Promise<void> {
  const head = 'URN,LA (code),LA (name),EstablishmentName,EstablishmentStatus (name),PhaseOfEducation (name)';
  const raw = `${[head, ...urns.map((urn) => `${urn},935,Suffolk,"School ${urn}",Closed,Primary`)].join('\n')}\n`;
  const headers = { 'content-type': 'text/csv' };
  done(await people.operations.send('POST', '/api/v1/settings/imports?file=later.csv', { raw, headers }));
}

beforeAll(async () => {
  installation = await Installation.open();
  people = await peopleOf(installation.api);
  await importRegister(people, [SCHOOL, LOST, OWN, TAKEN, ACADEMY, GONE, OTHER, LEFT]);
  done(await people.operations.post('/api/v1/programmes', programme('next', 20_000_000)));
  for (const urn of [SCHOOL, LOST, OWN, TAKEN]) await drawDownFirst(people, ROOT, urn);
  for (const urn of [OTHER, LEFT]) done(await people.operations.post(`${ROOT}/participations`, { urn }));
  done(await people.operations.post(part(LEFT, 'withdraw'), { reason: 'no time' }));
  await pay([SCHOOL, LOST, OWN, TAKEN]);
  await close([SCHOOL, LOST, OWN, TAKEN]);
  const board = await installation.api.as('bea', 'board');
  for (const [from, toUrn] of [
    [SCHOOL, ACADEMY],
    [LOST, OTHER],
    [OWN, OTHER],
  ]) {
    const decision = { outcome: 'transfer', toUrn, reason: 'it became an academy' };
    done(await soon(() => board.post(part(from, 'continuity/decide'), decision), /^CONTINUITY\.NOT_RAISED/));
  }
  const reclaim = { outcome: 'reclaim', reason: 'it never ran the training' };
  done(await soon(() => board.post(part(TAKEN, 'continuity/decide'), reclaim), /^CONTINUITY\.NOT_RAISED/));
});
afterAll(() => installation.close());

describe('a part that was passed on', () => {
  it('by a slip is passed on to another, but to none that has left; and it is that one that takes it over', async () => {
    const board = await installation.api.as('bea', 'board');
    const pass = (toUrn: string | undefined) =>
      board.post(part(LOST, 'continuity/decide'), { outcome: 'transfer', toUrn, reason: 'meant another' });
    const left = await pass(LEFT);
    expect([left.status, left.body.code, left.body.field]).toEqual([
      ...[409, 'CONTINUITY.SUCCESSOR_HAS_LEFT', 'toUrn'],
    ]);
    const { position } = done(await pass(GONE)).body;
    const first = await people.operations.post(part(OTHER, 'take-over'), { fromUrn: LOST });
    expect([first.status, first.body.code]).toEqual([409, 'PARTICIPATION.NOT_PASSED_ON']);
    const shown = done(await people.auditor.get(`${ROOT}?atLeast=${position}`));
    const { enrolledCount } = shown.body as { enrolledCount: number };
    // The four that closed are in it no more, nor is the one that left: each once.
    expect(enrolledCount).toBe(1);
  });

  it('waits for operations, and keeps its money until somebody says where it goes', async () => {
    const toDo = `let setting ${ACADEMY} take over its part`;
    const list = await eventually(
      async () =>
        done(await people.operations.get(`${ROOT}/work-lists/operations`)).body.items as { toDo: string }[],
      (items) => items.some((one) => one.toDo === toDo),
    );
    expect(list).toEqual(expect.arrayContaining([expect.objectContaining({ urn: SCHOOL, toDo })]));
    const { stdout } = await cli('settlement', 'next', SCHOOL);
    expect(stdout).toContain(`to setting ${ACADEMY}, which answers for what is left once it has taken`);
    const unsaid = await people.approver.post(allocation(SCHOOL, 'close'), { reason: 'over' });
    expect([unsaid.status, unsaid.body.code, unsaid.body.field]).toEqual([
      ...[400, 'ALLOCATION.UNDRAWN_UNSAID', 'undrawn'],
    ]);
    const early = await people.approver.post(allocation(SCHOOL, 'close'), closing);
    expect([early.status, early.body.code]).toEqual([409, 'ALLOCATION.NOT_TAKEN_OVER']);
    const odd = await people.approver.post(allocation(SCHOOL, 'close'), { ...closing, undrawn: 'to-me' });
    expect([odd.status, odd.body.field]).toEqual([400, 'undrawn']);
  });

  it('is taken over by the setting it was passed on to, and by no other', async () => {
    const wrong = await people.operations.post(part(GONE, 'take-over'), { fromUrn: SCHOOL });
    expect([wrong.status, wrong.body.code]).toEqual([409, 'PARTICIPATION.NOT_PASSED_ON']);
    expect((await people.setting.post(part(ACADEMY, 'take-over'), { fromUrn: SCHOOL })).status).toBe(403);
    const taken = done(await people.operations.post(part(ACADEMY, 'take-over'), { fromUrn: SCHOOL }));
    expect((taken.body.events as { type: string }[]).map(({ type }) => type)).toEqual([
      ...['SettingEnrolled', 'PartTakenOver'],
    ]);
    const again = await cli('participation', 'take-over', 'next', ACADEMY, '--from', SCHOOL);
    expect(again).toMatchObject({ code: 0 });
    const { stdout } = await cli('participations', 'next');
    expect(stdout).toContain(`to setting ${ACADEMY}, which has taken it over`);
    expect(stdout).toContain(`  took over the part of setting ${SCHOOL}`);
    const own = done(await people.operations.post(part(OTHER, 'take-over'), { fromUrn: OWN }));
    expect(own.body.events).toHaveLength(1);
    done(await people.operations.post(part(GONE, 'take-over'), { fromUrn: LOST }));
    const board = await installation.api.as('bea', 'board');
    const back = { outcome: 'transfer', toUrn: OTHER, reason: 'after all' };
    const late = await board.post(part(LOST, 'continuity/decide'), back);
    expect([late.status, late.body.code]).toEqual([409, 'CONTINUITY.TAKEN_OVER']);
  });

  it('carries over what was not drawn, and the budget has neither more nor less for it', async () => {
    const before = await ledger();
    const own = await people.approver.post(allocation(OWN, 'close'), closing);
    expect([own.status, own.body.code]).toEqual([409, 'ALLOCATION.SUCCESSOR_IN_ITS_OWN_RIGHT']);
    const closed = await cli(
      ...['allocation', 'close', 'next', SCHOOL, '--undrawn', 'to-successor'],
      ...['--reason', 'it became an academy', '--as', 'ada', '--role', 'approver'],
    );
    expect(closed).toMatchObject({ code: 0 });
    done(await people.approver.post(allocation(LOST, 'close'), closing));
    const after = await eventually(ledger, ({ settings }) =>
      [ACADEMY, GONE].every((urn) => settings.some((one) => one.urn === urn && one.reservedPence > 0)),
    );
    expect(after.availablePence).toBe(before.availablePence);
    await installation.killApi();
    await installation.startApi();
    people = await peopleOf(installation.api);
    expect((await ledger()).availablePence).toBe(before.availablePence);
  });

  it('is offered once the academy is checked, and drawn by its own agreement, plan and report', async () => {
    const unchecked = await people.operations.post(allocation(ACADEMY, 'offer'), {});
    expect([unchecked.status, unchecked.body.code]).toEqual([409, 'ALLOCATION.CHECKS_MISSING']);
    done(await people.operations.post(part(ACADEMY, 'due-diligence'), dueDiligence));
    done(await people.approver.post(part(ACADEMY, 'fraud-risk'), fraudRisk));
    const offered = done(await people.operations.post(allocation(ACADEMY, 'offer'), {}));
    expect(offered.body.events).toMatchObject([{ type: 'AllocationOffered' }]);
    const unsigned = await people.setting.post(allocation(ACADEMY, 'accept'), {});
    expect([unsigned.status, unsigned.body.code]).toEqual([409, 'ALLOCATION.AGREEMENT_NOT_SIGNED']);
    await signAgreement(people, ROOT, ACADEMY);
    done(await people.setting.post(allocation(ACADEMY, 'accept'), {}));
    const at = `${ROOT}/settings/${ACADEMY}`;
    done(await people.setting.post(`${at}/audit/start`, {}));
    done(await people.setting.post(`${at}/audit/complete`, completedAudit));
    done(await people.setting.post(`${at}/plan/submit`, plan));
    done(await people.approver.post(`${at}/plan/approve`, {}));
    const tranche = allocation(ACADEMY, 'tranches/2');
    const propose = () => people.operations.post(`${tranche}/propose`, {});
    const waits = await soon(async () => {
      const answer = await propose();
      return answer.body.code === 'TRANCHE.REPORT_NOT_ACCEPTED' ? { ...answer, status: 200 } : answer;
    }, /^TRANCHE\.(AGREEMENT|PLAN)/);
    expect(waits.body.code).toBe('TRANCHE.REPORT_NOT_ACCEPTED');
    done(await people.setting.post(`${at}/reports/1/submit`, report));
    done(await people.approver.post(`${at}/reports/1/accept`, {}));
    done(await soon(propose, /^TRANCHE\.REPORT/));
    done(await people.approver.post(`${tranche}/approve`, {}));
    done(await people.payer.post(`${tranche}/release`, {}));
    const explained = await cli('explain', 'tranche', `next.${ACADEMY}.2`);
    for (const says of [
      `School ${SCHOOL} (${SCHOOL}), whose part it took over, had not drawn`,
      "'transfer'",
    ]) {
      expect(explained.stdout).toContain(says);
    }
    const revision = await people.operations.post(allocation(ACADEMY, 'revise'), { reason: 'more teachers' });
    expect([revision.status, revision.body.code]).toEqual([409, 'ALLOCATION.CARRIED_OVER']);
  });

  it('is explained to each of the two by what is its own, and to the office whole', async () => {
    const ledgerOf = (figure: string, urn: string | undefined): string =>
      `${ROOT}/ledger/figures/${figure}/explanation?urn=${urn}`;
    for (const [urn, path, others] of [
      [ACADEMY, `/api/v1/tranches/next.${ACADEMY}.2/explanation`, `"stream":"[a-z]+-(next\\.)?${SCHOOL}`],
      [ACADEMY, ledgerOf('committed', ACADEMY), `"stream":"[a-z]+-(next\\.)?${SCHOOL}`],
      [SCHOOL, ledgerOf('settled', SCHOOL), 'one of 4, £|payee details'],
    ] as const) {
      const ours = await installation.api.as('sam', 'setting', [urn]);
      const told = done(await ours.get(path)).body;
      const whole = done(await people.auditor.get(path)).body;
      expect(told.says).toBe(whole.says);
      const shows = [whole, told].map((one) => new RegExp(others).exec(JSON.stringify(one))?.[0] ?? null);
      expect([path, ...shows]).toEqual([path, expect.any(String), null]);
    }
    const academy = await installation.api.as('sam', 'setting', [ACADEMY]);
    const { body } = done(await academy.get(`/api/v1/tranches/next.${ACADEMY}.2/explanation`));
    expect(JSON.stringify(body)).toContain(
      `What setting ${SCHOOL} did is told to it and to the office only.`,
    );
    const paid = await installation.api.as('sam', 'setting', [SCHOOL]);
    const why = JSON.stringify(done(await paid.get(ledgerOf('settled', SCHOOL))).body);
    expect(why).toContain('was approved');
  });

  it('is free again where the academy leaves before it is offered anything', async () => {
    const before = await ledger();
    const kept = before.settings.find(({ urn }) => urn === GONE)!.reservedPence;
    expect(kept).toBeGreaterThan(0);
    done(await people.operations.post(part(GONE, 'withdraw'), { reason: 'it does without' }));
    const after = await eventually(ledger, ({ availablePence }) => availablePence > before.availablePence);
    expect(after.availablePence).toBe(before.availablePence + kept);
    const check = done(await people.auditor.get(`${ROOT}/ledger/check`)).body;
    expect(check).toMatchObject({ holds: true });
  });

  it('is answered for by the academy to the last penny, though it was offered nothing and has left', async () => {
    interface Line {
      readonly what: string;
      readonly urn: string;
      readonly says: string;
      readonly amountPence: number;
    }
    const lines = async () =>
      (done(await people.auditor.get(`${ROOT}/outstanding`)).body.lines as Line[]).filter(
        ({ what, urn }) => what === 'spend-unaccounted' && [LOST, GONE].includes(urn),
      );
    const [line, ...others] = await lines();
    expect([line?.urn, others]).toEqual([GONE, []]);
    expect(line?.says).toContain(`School ${GONE} (${GONE}) answers for, as it took over the part of`);
    const paidPence = line!.amountPence;
    const work = async () =>
      (await cli('work', 'next', 'operations', '--action', 'settle-allocation')).stdout
        .split('\n')
        .filter((one) => one.includes(GONE));
    const [waits] = await work();
    expect(waits).toContain(`settlement next ${GONE}`);
    const settlement = await cli('settlement', 'next', GONE);
    expect(settlement.stdout).toContain(`of next.${LOST}.1`);
    expect((await cli('settlement', 'next', LOST)).stdout).toContain(`Setting ${GONE} has its part`);
    const over = await people.operations.post(`${ROOT}/close`, { reason: 'it is over' });
    expect([over.status, JSON.stringify(over.body)]).toEqual([409, expect.stringContaining(line!.says)]);
    const before = await ledger();
    const claim = { amountPence: paidPence, reason: 'nothing was spent' };
    const beyond = { ...claim, amountPence: paidPence + 1 };
    const more = await people.operations.post(allocation(LOST, 'tranches/1/reclaims'), beyond);
    expect(more.status).toBe(409);
    done(await people.operations.post(allocation(LOST, 'tranches/1/reclaims'), claim));
    done(await people.approver.post(allocation(LOST, 'reclaims/1/approve'), {}));
    expect(await lines()).toEqual([]);
    const received = { amountPence: paidPence, reference: 'BACS 7' };
    done(await people.payer.post(allocation(LOST, 'reclaims/1/receipts'), received));
    // The allocation came to less, though it was closed: the money is free again.
    const after = await eventually(ledger, ({ availablePence }) => availablePence > before.availablePence);
    expect(after.availablePence).toBe(before.availablePence + paidPence);
    expect(done(await people.auditor.get(`${ROOT}/ledger/check`)).body).toMatchObject({ holds: true });
    expect(await lines()).toEqual([]);
    expect(await work()).toEqual([]);
  });
});

describe('a part of which the board decided to reclaim what was paid', () => {
  it('is closed once that is back or let go of by two people, whatever of it is accepted as spent', async () => {
    const reports = `${ROOT}/settings/${TAKEN}/reports/1`;
    done(await people.setting.post(`${reports}/submit`, report));
    done(await people.approver.post(`${reports}/accept`, {}));
    const read = async () =>
      done(await people.auditor.get(allocation(TAKEN, 'settlement'))).body as unknown as {
        readonly settledPence: number;
        readonly spentPence: number;
        readonly toComeBackPence: number;
      };
    const { settledPence, spentPence, toComeBackPence } = await read();
    expect(spentPence).toBeGreaterThan(0);
    expect(toComeBackPence).toBe(settledPence);
    const shown = await cli('settlement', 'next', TAKEN);
    expect(shown.stdout).toContain('The board decided to reclaim what it was paid, spent or not.');
    const work = await cli('work', 'next', 'operations', '--action', 'settle-allocation');
    expect(work.stdout).toMatch(new RegExp(`${TAKEN}.*not back, as the board decided, spent or not`));
    const over = () => people.approver.post(allocation(TAKEN, 'close'), { reason: 'it is reclaimed' });
    const early = await over();
    expect([early.status, early.body.code]).toEqual([409, 'ALLOCATION.UNFINISHED']);
    expect(early.body.detail).toContain('which the board decided to reclaim, spent or not,');
    const claim = { amountPence: settledPence, reason: 'the board decided so' };
    done(await people.operations.post(allocation(TAKEN, 'tranches/1/reclaims'), claim));
    done(await people.approver.post(allocation(TAKEN, 'reclaims/1/approve'), {}));
    const back = { amountPence: settledPence - spentPence, reference: 'BACS 8' };
    done(await people.payer.post(allocation(TAKEN, 'reclaims/1/receipts'), back));
    expect((await over()).body.code).toBe('ALLOCATION.UNFINISHED');
    const letGo = { outcome: 'let-go', reason: 'it was spent well' };
    done(await people.approver.post(allocation(TAKEN, 'reclaims/1/withdraw'), letGo));
    done(await over());
    expect(await read()).toMatchObject({ toComeBackPence: 0 });
  });
});
