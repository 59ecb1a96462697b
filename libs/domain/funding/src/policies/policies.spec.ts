import { actionPlanApprovalWithdrawn, actionPlanApproved, actionPlanVariationApproved } from '#domain/plans';
import { programmeCreated } from '#domain/programme';
import { progressReportAcceptanceWithdrawn, progressReportAccepted } from '#domain/reporting';
import { workforceFigureRecorded, workforceFigureVerified } from '#domain/settings';
import type { AnyEvent } from '#kernel';
import type { Policy } from '#platform/jobs';
import { History } from '#testing';
import { describe, expect, it } from '@jest/globals';
import { paymentBarred } from '#domain/payments';
import {
  allocationOffered,
  allocationRevised,
  offerAccepted,
  tranchePaymentReversed,
} from '../allocation/allocation.events.js';
import { fundsReserved } from '../fund/fund.events.js';
import { carryOutRounds } from './carry-out-rounds.policy.js';
import { openFund } from './open-fund.policy.js';
import { finishReversals } from './finish-reversals.policy.js';
import { recordConditions } from './record-conditions.policy.js';
import { settleReservations } from './settle-reservations.policy.js';

const setting = { programmeId: 'ipswich', urn: '124570' };
const reference = { eventId: 'e', stream: 's', revision: '0', type: 'T' };
const reservation = { ...setting, reservationId: 'r1', amountPence: 100 };

function reactionTo(policy: Policy, event: AnyEvent) {
  const recorded = new History().record(event, { at: '2024-01-01', recordedAt: '2024-02-01' });
  const effects = policy.react(recorded);
  for (const effect of effects) {
    expect(policy.enqueues).toContain('enqueue' in effect && effect.enqueue.kind);
  }
  return { recorded, jobs: effects.flatMap((effect) => ('enqueue' in effect ? [effect.enqueue] : [])) };
}

it('a programme that is created gets its fund', () => {
  const created = programmeCreated({
    ...{ programmeId: 'ipswich', name: 'Ipswich', area: 'Ipswich', budgetPence: 1 },
    ...{ startsOn: '2023-09-01', endsOn: '2025-08-31', tranches: [], reportWindows: [] },
    policy: { version: 1, kind: 'rate-per-fte', ratePencePerFte: 1, floorPence: 0, capPence: 1 },
  });
  const { recorded, jobs } = reactionTo(openFund, created);
  expect(jobs).toEqual([
    {
      id: `open-fund.${recorded.id}`,
      kind: 'open-fund',
      payload: {
        programmeId: 'ipswich',
        cause: { eventId: recorded.id, correlationId: recorded.metadata.correlationId },
      },
    },
  ]);
});

describe('half-done pairs', () => {
  it('a reservation is looked at five minutes after it was recorded, however late it was told', () => {
    const event = fundsReserved({ ...reservation, allocationId: 'ipswich.124570' });
    const { recorded, jobs } = reactionTo(settleReservations, event);
    expect(jobs).toMatchObject([
      {
        id: `settle-reservation.${recorded.id}`,
        runAt: '2024-02-01T09:05:00.000Z',
        payload: { programmeId: 'ipswich', reservationId: 'r1' },
      },
    ]);
  });
  it('an acceptance at once', () => {
    const { jobs } = reactionTo(settleReservations, offerAccepted({ ...reservation, signature: null }));
    expect(jobs).toMatchObject([{ payload: { programmeId: 'ipswich', reservationId: 'r1' } }]);
    expect(jobs[0]).not.toHaveProperty('runAt');
  });
});

it('a reversal is looked at five minutes after its first step was recorded, whichever is reversed', () => {
  const of = { ...setting, number: 1, amountPence: 100, reason: 'an error' };
  const begun = [
    paymentBarred({ ...of, trancheId: 'ipswich.124570.1', release: reference }),
    tranchePaymentReversed({ ...of, settlement: reference }),
  ];
  for (const event of begun) {
    const { recorded, jobs } = reactionTo(finishReversals, event);
    expect(jobs).toMatchObject([
      {
        id: `finish-reversal.${recorded.id}`,
        runAt: '2024-02-01T09:05:00.000Z',
        payload: { ...setting, number: 1, cause: { eventId: recorded.id } },
      },
    ]);
  }
});

describe('a round', () => {
  const policy = {
    kind: 'rate-per-fte',
    version: 1,
    ratePencePerFte: 1,
    floorPence: 0,
    capPence: 1,
  } as const;
  const revised = (reservationId: string, revision: number) =>
    allocationRevised({
      ...{ ...setting, reservationId, revision, revisionId: 'v1', corrects: reference, reason: 'a mistake' },
      ...{ fte: '12', figure: reference, policy, programme: reference, rate: null, acceptBy: null },
      ...{ unclampedPence: 1, duePence: 1, fromPence: 2, amountPence: 1, tranches: [] },
    });

  it('is looked at again once a share of it was revised, which may have been its last offer', () => {
    const { jobs } = reactionTo(carryOutRounds, revised('round-1.124570', 1));
    expect(jobs).toMatchObject([{ kind: 'carry-out-round', payload: setting }]);
    for (const other of [revised('r1', 1), revised('round-1.124570', 2)]) {
      expect(reactionTo(carryOutRounds, other).jobs).toEqual([]);
    }
  });

  it('is looked at once the minute is over in which a census said something, once for all of it', () => {
    const figure = (row: number) =>
      workforceFigureRecorded({
        ...{ urn: String(124570 + row), fte: '24.6', suppressedAs: null, censusYear: null },
        source: { file: 'census.csv', row, sha256: 'a'.repeat(64) },
      });
    const [first, other] = [2, 3].map((row) => reactionTo(carryOutRounds, figure(row)).jobs);
    expect(first).toMatchObject([
      {
        ...{ id: 'carry-out-round.figures.202402010901', kind: 'carry-out-round' },
        ...{ runAt: '2024-02-01T09:01:00.000Z', payload: { programmeId: null } },
      },
    ]);
    expect(first![0]!.payload).not.toHaveProperty('urn');
    expect(other![0]!.id).toBe(first![0]!.id);
  });

  it('is looked at in every programme of a setting whose figure was verified', () => {
    const document = { name: 'return.pdf', sha256: 'a'.repeat(64) };
    const entry = { ...reference, type: 'WorkforceFigureEntered' };
    const verified = workforceFigureVerified({
      urn: '124570',
      fte: '24.6',
      countedOn: '2023-11-02',
      document,
      entry,
    });
    expect(reactionTo(carryOutRounds, verified).jobs).toMatchObject([
      { kind: 'carry-out-round', payload: { urn: '124570', programmeId: null } },
    ]);
  });
});

describe('conditions', () => {
  const policy = {
    kind: 'rate-per-fte' as const,
    version: 1,
    ratePencePerFte: 1,
    floorPence: 0,
    capPence: 1,
  };
  const offered = allocationOffered({
    ...{ ...reservation, settingName: 'Handford Hall', fte: '1', figure: reference, programme: reference },
    ...{ policy, unclampedPence: 100, remainderPence: 0, round: null, acceptBy: null, carriedOver: null },
    tranches: [
      { number: 1, shareBasisPoints: 5000, amountPence: 50, conditions: ['plan-approved'] },
      {
        ...{ number: 2, shareBasisPoints: 5000, amountPence: 50 },
        conditions: ['plan-approved', 'report-2-accepted'],
      },
    ],
  });
  it.each([
    [offered, ['plan-approved', 'report-2-accepted']],
    [offerAccepted({ ...reservation, signature: null }), ['agreement-accepted']],
    [actionPlanApproved({ ...setting, version: 1 }), ['plan-approved']],
    [actionPlanApprovalWithdrawn({ ...setting, version: 1, reason: 'an error' }), ['plan-approved']],
    [actionPlanVariationApproved({ ...setting, version: 2, replaces: 1 }), ['plan-approved']],
    [progressReportAccepted({ ...setting, window: 2 }), ['report-2-accepted']],
    [progressReportAcceptanceWithdrawn({ ...setting, window: 3, reason: 'an error' }), ['report-3-accepted']],
  ] as const)('are looked at when they may have changed: %j', (event, conditions) => {
    const { recorded, jobs } = reactionTo(recordConditions, event);
    expect(jobs.map(({ id, payload }) => [id, payload['condition']])).toEqual(
      conditions.map((condition) => [`record-condition.${recorded.id}.${condition}`, condition]),
    );
  });
});
