import { fold, type CalendarDate } from '#kernel';
import { given, History, instant } from '#testing';
import { expect, it } from '@jest/globals';
import { grantAgreementIssued, grantAgreementWithdrawn } from './agreement.events.js';
import { agreement, agreementInForce } from './agreement.js';

const programme = {
  event: { eventId: 'p', stream: 'programme-ipswich', revision: '0', type: 'ProgrammeCreated' },
  occurredAt: instant('2024-01-01'),
  endsOn: '2026-07-31',
};
const document = {
  ...{ fileName: 'agreement.pdf', sha256: 'a'.repeat(64), effectiveOn: '2024-02-01' },
  ...{ eligible: ['course fees'], ineligible: ['capital works'] },
};
const issue = (changed: object = {}, of: typeof programme | null = programme) => ({
  type: 'IssueGrantAgreement' as const,
  data: { programmeId: 'ipswich', programme: of, document: { ...document, ...changed } },
});
const issued = (version: number, changed: object = {}) =>
  grantAgreementIssued({
    ...{ programmeId: 'ipswich', version, programme: programme.event },
    ...document,
    ...changed,
  });
const later = { sha256: 'b'.repeat(64), effectiveOn: '2024-09-01' };

it('is issued version by version', () => {
  given(agreement).when(issue()).then(issued(1));
  given(agreement, issued(1)).when(issue(later)).then(issued(2, later));
});

it('is refused without terms, a document, a later date or a programme', () => {
  given(agreement)
    .when(issue({ eligible: [] }))
    .thenRefused('AGREEMENT.MALFORMED');
  given(agreement)
    .when(issue({ sha256: 'x' }))
    .thenRefused('AGREEMENT.MALFORMED');
  given(agreement)
    .when(issue({ ineligible: ['course fees'] }))
    .thenRefused('AGREEMENT.MALFORMED');
  given(agreement)
    .when(issue({ effectiveOn: '2024-02-30' }))
    .thenRefused('TIME.NOT_UNDERSTOOD');
  given(agreement, issued(1))
    .when(issue({ effectiveOn: '2024-01-31' }))
    .thenRefused('AGREEMENT.DATE');
  given(agreement).when(issue({}, null)).thenRefused('PROGRAMME.NOT_FOUND');
  given(agreement).when(issue(), { at: '2023-12-31' }).thenRefused('TIME.BEFORE_ITS_FACTS');
});

it('is not issued again under another file name, nor with its terms in another order', () => {
  given(agreement, issued(1)).when(issue()).thenNothing();
  const refusal = given(agreement, issued(1))
    .when(issue({ fileName: 'agreement-final.pdf' }))
    .thenRefused('AGREEMENT.SAME_DOCUMENT');
  expect([refusal.kind, refusal.details]).toEqual([
    'wrong-state',
    { field: 'sha256', sha256: document.sha256, version: 1 },
  ]);
  expect(refusal.message).toMatch(/'agreement-final\.pdf' .* version 1, 'agreement\.pdf'/);
  const heads = ['course fees', 'supply cover'];
  given(agreement, issued(1, { eligible: heads }))
    .when(issue({ eligible: heads.toReversed() }))
    .thenRefused('AGREEMENT.SAME_DOCUMENT');
  // From another day on, or with other terms, it is another version.
  for (const change of [{ effectiveOn: '2024-09-01' }, { eligible: heads }, { ineligible: [] }]) {
    given(agreement, issued(1)).when(issue(change)).then(issued(2, change));
  }
});

it('is withdrawn as long as it is not in force, so that a sooner version can follow', () => {
  const far = { ...later, effectiveOn: '2026-03-01' };
  const known = given(agreement, issued(1), issued(2, far));
  const withdraw = (version: number, today = '2024-02-02', reason = 'mistyped') => ({
    type: 'WithdrawGrantAgreement' as const,
    data: { programmeId: 'ipswich', version, reason, today: today as CalendarDate },
  });
  const gone = grantAgreementWithdrawn({
    ...{ programmeId: 'ipswich', version: 2, effectiveOn: '2026-03-01', reason: 'mistyped' },
    withdraws: known.state.versions[1]!.issue.event,
  });
  expect(known.when(issue(later)).thenRefused('AGREEMENT.DATE').message).toMatch(/Withdraw that one/);
  const sooner = issue({ ...later, effectiveOn: '2024-02-01' });
  const inForce = given(agreement, issued(1), issued(2, later)).when(sooner, { at: later.effectiveOn });
  expect(inForce.thenRefused('AGREEMENT.DATE').message).not.toMatch(/[Ww]ithdraw/);
  known.when(withdraw(2)).then(gone);
  const after = given(agreement, issued(1), issued(2, far), gone);
  after.when(issue(later)).then(issued(3, later));
  after.when(withdraw(2)).thenNothing();
  expect(agreementInForce(after.state, instant('2026-04-01'))?.version).toBe(1);
  known.when(withdraw(1)).thenRefused('AGREEMENT.IN_FORCE');
  known.when(withdraw(2, '2026-03-01')).thenRefused('AGREEMENT.IN_FORCE');
  known.when(withdraw(3)).thenRefused('AGREEMENT.UNKNOWN_VERSION');
  known.when(withdraw(2, '2024-02-02', ' ')).thenRefused('AGREEMENT.MALFORMED');
  given(agreement, issued(1))
    .when(issue({ ...later, effectiveOn: '2206-09-01' }))
    .thenRefused('AGREEMENT.DATE');
});

it('the version in force is the last whose day has come', () => {
  const history = new History();
  const state = fold(agreement, [history.record(issued(1)), history.record(issued(2, later))]);
  const on = (day: string) => agreementInForce(state, instant(day))?.version;
  expect([on('2024-01-31'), on('2024-02-01'), on('2024-08-31'), on('2024-09-01')]).toEqual([
    undefined,
    1,
    1,
    2,
  ]);
});
