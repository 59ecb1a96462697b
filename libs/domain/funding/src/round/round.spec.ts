import { settingEnrolled } from '#domain/programme';
import { workforceFigureRecorded, workforceFigureVerified } from '#domain/settings';
import { isRefusal, type AnyEvent } from '#kernel';
import { History } from '#testing';
import { describe, expect, it } from '@jest/globals';
import { allocationOffered, offerDeclined, offerLapsed } from '../allocation/allocation.events.js';
import { offered as anOffer, reference } from '../allocation/allocation.fixture.js';
import { RoundInputsFold, type RoundInputEvent } from './round-inputs.js';
import { whatRoundRestsOn, workOutRound, type Round, type RoundTerms } from './round.js';

const enrolled = (urn: string, programmeId = 'ipswich') =>
  settingEnrolled({
    ...{ programmeId, urn, settingName: `School ${urn}`, reportWindows: [] },
    ...{ programme: reference('ProgrammeCreated'), setting: reference('SettingRegistered') },
  });
const figure = (urn: string, fte: string | null, suppressedAs: string | null = null, row = 2) =>
  workforceFigureRecorded({
    urn,
    fte,
    suppressedAs,
    censusYear: null,
    source: { file: 'swc.csv', row, sha256: 'a'.repeat(64) },
  });
const offered = (urn: string, programmeId = 'ipswich') =>
  allocationOffered({ ...anOffer.data, programmeId, urn });

/** Money is set aside for it in an earlier round. */
const WAITING = '100077';

function inputsAfter(...events: readonly AnyEvent[]) {
  const history = new History();
  const fold = new RoundInputsFold('ipswich');
  for (const event of events) fold.apply(history.record(event) as unknown as RoundInputEvent);
  return fold.result((urn) => (urn === WAITING ? 'waits-in-a-round' : undefined));
}

const terms: RoundTerms = {
  number: 1,
  policy: { kind: 'share-of-budget', version: 1, floorPence: 100, capPence: 1000 },
  ...{ programme: reference('ProgrammeCreated'), schedule: reference('ProgrammeCreated') },
  availablePence: 1001,
};
const atARate: RoundTerms = {
  ...terms,
  policy: { kind: 'rate-per-fte', version: 3, ratePencePerFte: 15, floorPence: 100, capPence: 400 },
};

function done(round: ReturnType<typeof workOutRound>): Round {
  if (isRefusal(round)) throw new Error(round.message);
  return round;
}

describe('who takes part in a round', () => {
  it('is every setting enrolled without an allocation, by URN, with its newest figure', () => {
    const { settings, cut } = inputsAfter(
      ...[enrolled('100002'), figure('100002', '1'), enrolled('20001'), figure('100002', '2.5', null, 9)],
      ...[enrolled('100003'), figure('100003', '3'), offered('100003')],
      ...[enrolled('100004', 'other'), offered('100002', 'other')],
    );
    expect(settings).toMatchObject([
      { urn: '20001', figure: null },
      { urn: '100002', name: 'School 100002', figure: { fte: '2.5', source: { row: 9 }, document: null } },
    ]);
    expect(settings).toHaveLength(2);
    expect(cut?.count).toBe(9);
  });

  it('rests on a figure that was verified where the census withholds it', () => {
    const verified = workforceFigureVerified({
      ...{
        urn: '100001',
        fte: '6.8',
        countedOn: '2024-01-01',
        document: { name: 'payroll.pdf', sha256: 'b'.repeat(64) },
      },
      entry: reference('WorkforceFigureEntered'),
    });
    const past = [enrolled('100001'), figure('100001', null, 'c')];
    const { settings, cut } = inputsAfter(...past, verified, figure('100001', null, 'c', 5));
    const document = { name: 'payroll.pdf', sha256: 'b'.repeat(64) };
    expect(settings).toMatchObject([{ figure: { fte: '6.8', source: null, document } }]);
    expect(cut?.count).toBe(4);
  });

  it('is again whose last offer lapsed', () => {
    const of = { programmeId: 'ipswich', urn: '100001', amountPence: 1, reservationId: 'round-1.100001' };
    const lapsed = offerLapsed({ ...of, acceptBy: null, reason: 'it left' });
    const past = [enrolled('100001'), figure('100001', '1'), offered('100001')];
    expect(inputsAfter(...past, lapsed).settings).toMatchObject([{ urn: '100001' }]);
  });

  it('is again who declined the last offer', () => {
    const declined = offerDeclined({
      ...{
        programmeId: 'ipswich',
        urn: '100001',
        amountPence: 1,
        reservationId: 'round-1.100001',
        reason: 'no',
      },
    });
    const before = [enrolled('100001'), figure('100001', '1'), offered('100001')];
    expect(inputsAfter(...before).settings).toEqual([]);
    expect(inputsAfter(...before, declined).settings).toMatchObject([{ urn: '100001' }]);
    expect(inputsAfter(...before, declined, offered('100001')).settings).toEqual([]);
  });

  it('is not who is left out, and says whom that is', () => {
    const { settings, leftOut } = inputsAfter(enrolled('100001'), enrolled(WAITING), figure(WAITING, '5'));
    expect(settings).toMatchObject([{ urn: '100001' }]);
    expect(leftOut).toEqual([{ urn: WAITING, because: 'waits-in-a-round' }]);
  });

  it('is nobody where there was nothing', () => {
    expect(inputsAfter()).toMatchObject({ settings: [], cut: null, latestFact: undefined });
  });
});

describe('a round', () => {
  const events = [enrolled('100001'), figure('100001', '10'), enrolled('100002'), figure('100002', '30.5')];

  it('shares what is available', () => {
    expect(done(workOutRound(terms, inputsAfter(...events)))).toMatchObject({
      ...{ programmeId: 'ipswich', totalPence: 1001, leftPence: 0 },
      lines: [
        { urn: '100001', fte: '10', unclampedPence: 247, remainderPence: 0, amountPence: 247 },
        { urn: '100002', fte: '30.5', unclampedPence: 753, remainderPence: 1, amountPence: 754 },
      ],
    });
  });

  it('or gives what the rate comes to, and says what is left', () => {
    expect(done(workOutRound(atARate, inputsAfter(...events)))).toMatchObject({
      ...{ rate: null, totalPence: 550, leftPence: 451 },
      lines: [
        { urn: '100001', unclampedPence: 150, clampedPence: 150, remainderPence: 0, amountPence: 150 },
        { urn: '100002', unclampedPence: 458, clampedPence: 400, remainderPence: 0, amountPence: 400 },
      ],
    });
  });

  it('is refused when the rate comes to more than there is', () => {
    const refusal = workOutRound({ ...atARate, availablePence: 549 }, inputsAfter(...events));
    expect(refusal).toMatchObject({ code: 'ROUND.NOT_AFFORDED', details: { totalPence: 550 } });
  });

  it('is refused when the floor cannot be afforded', () => {
    const refusal = workOutRound({ ...terms, availablePence: 199 }, inputsAfter(...events));
    expect(refusal).toMatchObject({
      code: 'ROUND.FLOOR_NOT_AFFORDED',
      details: { urns: ['100001', '100002'] },
    });
  });

  it('is refused when an FTE is not known, naming the settings and why', () => {
    const inputs = inputsAfter(
      ...events,
      enrolled('100003'),
      enrolled('100004'),
      figure('100004', null, 'x'),
    );
    const refusal = workOutRound(terms, inputs);
    expect(refusal).toMatchObject({
      code: 'ROUND.FTE_UNKNOWN',
      message:
        "the number of teachers is not known for 2 of 4 settings, and an unknown figure is not 0: 100003 (no figure), 100004 (withheld as 'x'). Enter each from other evidence and have a second person verify it: it counts once that is done",
      details: { urns: ['100003', '100004'] },
    });
  });

  it('is refused when there is nobody', () => {
    expect(workOutRound(terms, inputsAfter())).toMatchObject({ code: 'ROUND.NOBODY' });
  });

  it('rests on all that its amounts follow from: another figure of the same size is another round', () => {
    const rests = (round: RoundTerms, ...more: readonly AnyEvent[]) =>
      JSON.stringify(whatRoundRestsOn(done(workOutRound(round, inputsAfter(...events, ...more)))));
    const all = [
      rests(terms),
      rests(terms, figure('100001', '10', null, 7)),
      rests(terms, figure('100001', '11')),
      rests(terms, enrolled('100005'), figure('100005', '1')),
      rests({ ...terms, availablePence: 1002 }),
      rests({ ...terms, number: 2 }),
      rests({ ...terms, schedule: reference('TrancheScheduleReplaced') }),
      rests(terms, enrolled(WAITING), figure(WAITING, '5')),
      rests({ ...terms, policy: { ...terms.policy, version: 2 } }),
    ];
    expect(new Set(all).size).toBe(all.length);
    expect(rests(terms, offered('100009'), figure('100008', '1'))).toBe(all[0]);
  });
});
