// What the tests of the demonstration ask of a data folder, by the command line alone.
import { expect } from '@jest/globals';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { ops } from './api-process.js';

export interface Told {
  readonly type: string;
  /** What the tests look at; each type of event has its own. */
  readonly data: {
    readonly urn: string;
    readonly acceptBy: string;
    readonly number: number;
    readonly window: number;
    readonly file: string;
    readonly fte: string;
    readonly settingName: string;
    readonly startsOn: string;
    readonly endsOn: string;
    readonly budgetPence: number;
    readonly trancheId: string;
    readonly attempt: number;
    readonly amountPence: number;
    readonly totalPence: number;
    readonly reportWindows: readonly { readonly dueOn: string }[];
  };
  readonly metadata: {
    readonly occurredAt: string;
    readonly recordedAt: string;
    readonly actor: { subject: string; role: string };
  };
}
export interface SettingMoney {
  readonly urn: string;
  readonly allocatedPence: number;
  readonly releasedPence: number;
}
export interface Ledger {
  readonly budgetPence: number;
  readonly committedPence: number;
  readonly releasedPence: number;
  readonly reclaimedPence: number;
  readonly returnedPence: number;
  readonly availablePence: number;
  readonly settings: readonly SettingMoney[];
}
export interface Tranche {
  readonly id: string;
  readonly number: number;
  readonly status: string;
  readonly released: object | null;
}
export interface Explained {
  readonly says: string;
  readonly event?: { readonly type: string };
  readonly source?: { readonly file: string; readonly row: number; readonly sha256: string };
  readonly because: readonly Explained[];
}
export interface Taken {
  readonly id: string;
  readonly hash: string;
  readonly cut: object;
}

export async function asked<T>(data: string, ...words: readonly string[]): Promise<T> {
  const ended = await ops(data, [...words, '--json']);
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  return JSON.parse(ended.stdout) as T;
}

export async function sha256(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

export async function eventsOf(data: string): Promise<Told[]> {
  const { code, stdout } = await ops(data, ['events']);
  expect(code).toBe(0);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Told);
}

/** The first event of a type. */
export function only(events: readonly Told[], type: string): Told['data'] {
  const found = events.find((event) => event.type === type);
  if (found === undefined) throw new Error(`no ${type} in the store`);
  return found.data;
}

/** The row of a file that an explanation cites. */
export function citedIn(explained: Explained, file: string): NonNullable<Explained['source']> {
  const source = flattened(explained).find((node) => node.source?.file === file)?.source;
  if (source === undefined) throw new Error(`the explanation cites no row of ${file}`);
  return source;
}

export function countOf(events: readonly Told[], type: string): number {
  return events.filter((event) => event.type === type).length;
}

/** Every branch of an explanation, from the payment down. */
export function flattened(node: Explained): Explained[] {
  return [node, ...node.because.flatMap(flattened)];
}

/** In words, until when it could have been accepted, and on what it rests. */
export async function expectLapseExplained(data: string, events: readonly Told[]): Promise<void> {
  const { urn, acceptBy } = only(events, 'OfferLapsed');
  const question = ['explain', 'ledger', 'workforce-development', 'committed', '--urn', urn];
  const lapsed = flattened(await asked<Explained>(data, ...question)).find(
    ({ event }) => event?.type === 'OfferLapsed',
  );
  expect(lapsed?.says).toContain(
    `(${urn}), which could be accepted until ${acceptBy}, ended, because nobody answered it by ${acceptBy}`,
  );
  expect(lapsed?.because[0]?.event?.type).toBe('AllocationOffered');
}

export function expectLedgerIdentities(ledger: Ledger): void {
  const sum = (field: 'allocatedPence' | 'releasedPence'): number =>
    ledger.settings.reduce((total, setting) => total + setting[field], 0);
  expect(ledger.committedPence + ledger.availablePence).toBe(ledger.budgetPence);
  expect(ledger.availablePence).toBeGreaterThanOrEqual(0);
  expect(sum('releasedPence')).toBe(ledger.releasedPence);
  // Of an allocation that was closed, what came back is free again.
  expect(sum('allocatedPence')).toBe(ledger.committedPence + ledger.reclaimedPence + ledger.returnedPence);
  for (const setting of ledger.settings) {
    expect(setting.releasedPence).toBeGreaterThanOrEqual(0);
    expect(setting.releasedPence).toBeLessThanOrEqual(setting.allocatedPence);
  }
}

/** What the setting that took a part over was offered is what the other had not drawn, to the penny, and was paid. */
export function expectSuccession(events: readonly Told[], ledger: Ledger): void {
  const [taken, carried, decided] = ['PartTakenOver', 'CommitmentCarriedOver', 'ContinuityDecided'].map(
    (type) => events.find((event) => event.type === type)?.data as unknown,
  ) as [Record<string, unknown>, { urn: string; carried: { urn: string; amountPence: number } }, object];
  const from = (taken['from'] as { urn: string }).urn;
  const to = taken['urn'] as string;
  expect([carried.urn, carried.carried.urn]).toEqual([from, to]);
  expect(decided).toMatchObject({ urn: from, outcome: 'transfer', toUrn: to });
  const [before, after] = [from, to].map((urn) => ledger.settings.find((one) => one.urn === urn)!);
  const offered = events.find(({ type, data }) => type === 'AllocationOffered' && data.urn === from);
  expect(before!.allocatedPence + after!.allocatedPence).toBe(offered?.data.amountPence);
  expect(after).toMatchObject({ releasedPence: carried.carried.amountPence });
}

/** What each role alone may do over HTTP, of what the demonstration has. */
const DONE_BY = {
  approver: [
    ...['ActionPlanApproved', 'ProgressReportAccepted', 'ProgressReportPartlyAccepted', 'TrancheApproved'],
    ...['TrancheProposalRefused', 'ReclaimApproved', 'AllocationClosed'],
  ],
  payer: ['TrancheReleased', 'PaymentRunMade', 'PaymentRunReleased', 'ReclaimReceived'],
  operations: ['SettingEnrolled', 'TrancheProposed', 'ReclaimProposed'],
  setting: ['AuditCompleted'],
};

/** Nobody of the demonstration does what the API would refuse them in their role. */
export function expectRoles(events: readonly Told[]): void {
  for (const [role, types] of Object.entries(DONE_BY)) {
    for (const type of types) {
      const roles = events.filter((event) => event.type === type).map(({ metadata }) => metadata.actor.role);
      expect([type, ...new Set(roles)]).toEqual([type, role]);
    }
  }
}
