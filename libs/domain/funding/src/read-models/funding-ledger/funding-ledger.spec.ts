import { continuityDecided, financialReviewCompleted, settingWithdrawn } from '#domain/programme';
import type { AnyEvent } from '#kernel';
import { describe, expect, it } from '@jest/globals';
import { offerAbandoned, offerAccepted, trancheReleased } from '../../allocation/allocation.events.js';
import {
  allocationClosed,
  receiptReversed,
  reclaimReceived,
  underspendReturned,
} from '../../allocation/money-back.events.js';
import {
  commitmentConfirmed,
  commitmentReduced,
  fundsReserved,
  reservationReleased,
} from '../../fund/fund.events.js';
import { ledgerCsv } from './ledger-csv.js';
import { created, enrolled, ledgerAfter, of, offered, opened, reference } from './ledger.fixture.js';

describe('a ledger', () => {
  const beginning = [created, enrolled('100002'), enrolled('100001'), opened];
  const begun = { budgetPence: 1000, committedPence: 0, availablePence: 1000, releasedPence: 0 };

  it('begins with the programme, and shows every enrolled setting by URN', () => {
    expect(ledgerAfter(created)).toMatchObject({ name: 'Ipswich', ...begun, settings: [] });
    expect(ledgerAfter(...beginning)).toMatchObject({
      ...begun,
      settings: [
        { urn: '100001', name: 'School 100001', status: 'enrolled', allocatedPence: 0 },
        { urn: '100002' },
      ],
    });
  });

  it('moves what each event moves, and adds up between the halves too', () => {
    const urn = '100001';
    const steps: readonly (readonly [AnyEvent, object, object])[] = [
      [
        fundsReserved(of(urn, 400)),
        { reservedPence: 400, committedPence: 400, availablePence: 600 },
        { allocatedPence: 0, reservedPence: 400, status: 'enrolled' },
      ],
      [
        offered(urn, 400),
        { reservedPence: 400, committedPence: 400, availablePence: 600 },
        { allocatedPence: 400, status: 'offered' },
      ],
      [
        offerAccepted({
          programmeId: 'ipswich',
          urn,
          amountPence: 400,
          reservationId: `r-${urn}`,
          signature: null,
        }),
        { reservedPence: 400, confirmedPence: 0, committedPence: 400 },
        { status: 'accepted', reservedPence: 400 },
      ],
      [
        commitmentConfirmed({ ...of(urn, 400), acceptance: reference }),
        { reservedPence: 0, confirmedPence: 400, committedPence: 400, availablePence: 600 },
        { confirmedPence: 400, reservedPence: 0, committedPence: 400 },
      ],
      [
        trancheReleased({ programmeId: 'ipswich', urn, number: 1, amountPence: 150 }),
        { releasedPence: 150, committedPence: 400, availablePence: 600 },
        { releasedPence: 150, undrawnPence: 250 },
      ],
    ];
    steps.forEach(([, programme, setting], index) => {
      const ledger = ledgerAfter(...beginning, ...steps.slice(0, index + 1).map(([event]) => event));
      expect(ledger).toMatchObject(programme);
      expect(ledger?.settings[0]).toMatchObject(setting);
    });
  });

  it('has again what was given back', () => {
    const urn = '100001';
    const events = [
      fundsReserved(of(urn, 400)),
      offerAbandoned({ programmeId: 'ipswich', urn, reservationId: `r-${urn}`, reason: 'never made' }),
      reservationReleased({ ...of(urn, 400), reason: 'never made', evidence: null }),
    ];
    expect(ledgerAfter(...beginning, ...events)).toMatchObject(begun);
  });

  it('shows what came back beside what was released, and frees it when the allocation is closed', () => {
    const urn = '100001';
    const one = { programmeId: 'ipswich', urn, number: 1 };
    const paid = [
      ...[fundsReserved(of(urn, 400)), offered(urn, 400)],
      commitmentConfirmed({ ...of(urn, 400), acceptance: reference }),
      trancheReleased({ ...one, amountPence: 400 }),
    ];
    const back = [
      reclaimReceived({ ...one, receipt: 1, reclaim: 1, amountPence: 70, reference: 'B1' }),
      underspendReturned({ ...one, receipt: 2, amountPence: 20, reference: 'B2', reason: 'unspent' }),
      underspendReturned({ ...one, receipt: 3, amountPence: 5, reference: 'B3', reason: 'unspent' }),
      receiptReversed({
        ...{ ...one, receipt: 3, reclaim: null, amountPence: 5, reason: 'it bounced' },
        reversalId: null,
        reverses: reference,
      }),
    ];
    const money = { reclaimedPence: 70, returnedPence: 20, releasedPence: 400 };
    const open = ledgerAfter(...beginning, ...paid, ...back);
    expect(open).toMatchObject({ ...money, committedPence: 400, availablePence: 600 });
    expect(open?.settings[0]).toMatchObject({ ...money, tranches: [{ ...money, number: 1 }] });
    const closed = [
      allocationClosed({
        carriedTo: null,
        ...{ programmeId: 'ipswich', urn, reservationId: `r-${urn}`, amountPence: 400, releasedPence: 400 },
        ...{ reclaimedPence: 70, returnedPence: 20, costPence: 310, undrawn: [], reason: 'over' },
      }),
      commitmentReduced({ ...of(urn, 90), costPence: 310, closure: reference }),
    ];
    const after = ledgerAfter(...beginning, ...paid, ...back, ...closed);
    expect(after).toMatchObject({ ...money, committedPence: 310, availablePence: 690 });
    expect(after?.settings[0]).toMatchObject({ status: 'closed', confirmedPence: 310 });
  });

  it('has nothing undrawn of an allocation that was closed', () => {
    const urn = '100001';
    const undrawn = [{ number: 1, amountPence: 400 }];
    const closed = allocationClosed({
      carriedTo: null,
      ...{ programmeId: 'ipswich', urn, reservationId: `r-${urn}`, amountPence: 400, releasedPence: 0 },
      ...{ reclaimedPence: 0, returnedPence: 0, costPence: 0, undrawn, reason: 'it closed' },
    });
    const after = ledgerAfter(...beginning, fundsReserved(of(urn, 400)), offered(urn, 400), closed);
    expect(after).toMatchObject({ allocatedPence: 0 });
    expect(after?.settings[0]).toMatchObject({ allocatedPence: 0, undrawnPence: 0, status: 'closed' });
  });

  it('says how the part of a setting stands beside what is allocated to it, also once it has ended', () => {
    const [left, transferred, carriesOn] = ['100001', '100002', '100003'];
    const decided = { programmeId: 'ipswich', decisionIds: [], reason: 'it closed' };
    const review = {
      programmeId: 'ipswich',
      upTo: '2024-01-01',
      spentPence: 0,
      findings: 'x',
      amendment: null,
    };
    const after = ledgerAfter(
      ...[...beginning, enrolled(carriesOn)],
      ...[fundsReserved(of(transferred, 400)), offered(transferred, 400)],
      settingWithdrawn({ programmeId: 'ipswich', urn: left, reason: 'no head' }),
      // What comes after the end changes nothing of it.
      financialReviewCompleted({ ...review, urn: left, outcome: 'discontinue' }),
      continuityDecided({ ...decided, urn: transferred, outcome: 'transfer', toUrn: '100009' }),
      continuityDecided({ ...decided, urn: carriesOn, outcome: 'carry-on', toUrn: null }),
      financialReviewCompleted({ ...review, urn: carriesOn, outcome: 'continue' }),
    );
    expect(after?.settings).toMatchObject([
      { urn: left, status: 'withdrawn', part: 'withdrawn' },
      { urn: transferred, status: 'offered', part: 'transferred', allocatedPence: 400 },
      { urn: carriesOn, status: 'enrolled', part: 'enrolled' },
    ]);
    const [heading, first, second] = ledgerCsv(after!, 'setting').split('\r\n');
    expect(heading).toMatch(/^URN,Setting,Status,Part,Allocated,/);
    expect([first, second]).toEqual([
      expect.stringContaining('100001,School 100001,withdrawn,withdrawn,0.00,'),
      expect.stringContaining('100002,School 100002,offered,transferred,4.00,'),
    ]);
  });

  it('takes no notice of other programmes, and rejects no event', () => {
    const elsewhere = fundsReserved({ ...of('100001', 400), programmeId: 'norwich' });
    expect(ledgerAfter(...beginning, elsewhere)).toMatchObject(begun);
    expect(ledgerAfter(fundsReserved(of('100001', 400)), offered('100001', 400), opened)).toBeUndefined();
  });
});
