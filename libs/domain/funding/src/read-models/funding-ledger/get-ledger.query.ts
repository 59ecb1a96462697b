import { namesNow, settingsProjection } from '#domain/settings';
import { parseCut } from '#kernel';
import { CLOCK, EVENT_STORE, EventCodec, type EventStore } from '#platform/event-store';
import type { Clock } from '#kernel';
import { waitFor } from '#platform/http';
import { allOf, ReadModels } from '#platform/read-store';
import { Inject } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { fundingLedger, type LedgerDocument } from './funding-ledger.projection.js';
import { ledgerAnswer, ofOneMoment, type Ledger } from './ledger-answer.js';
import { ledgerBreakdown, type BreakdownDocument } from './ledger-breakdown.projection.js';
import { ledgerAsOf, noLedger } from './ledger-as-of.js';

/**
 * A programme's ledger, now or as of a cut. A cut is a date in Europe/London, to the end of that day, or an instant
 * with offset; both kinds are inclusive. Now, settings have the names that the register has now; as of a cut, those under
 * which they enrolled.
 */
export class GetLedger {
  constructor(
    readonly input: {
      readonly programmeId: string;
      /** By when it happened. */
      readonly asOf?: string;
      /** By when it was known. */
      readonly recordedAsOf?: string;
    },
    /** A position that the answer must have seen. */
    readonly atLeast?: string,
  ) {}
}

const MOST_READS = 5;

@QueryHandler(GetLedger)
export class GetLedgerHandler implements IQueryHandler<GetLedger, Ledger> {
  constructor(
    private readonly models: ReadModels,
    @Inject(EVENT_STORE) private readonly events: EventStore,
    private readonly codec: EventCodec,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws RefusalError `TIME.NOT_UNDERSTOOD` naming `asOf` or `recordedAsOf`; `PROGRAMME.NOT_FOUND` */
  async execute({ input: { programmeId, asOf, recordedAsOf }, atLeast }: GetLedger): Promise<Ledger> {
    const cut = {
      ...(asOf === undefined ? {} : { asOf: parseCut(asOf, 'asOf') }),
      ...(recordedAsOf === undefined ? {} : { recordedAsOf: parseCut(recordedAsOf, 'recordedAsOf') }),
    };
    // History itself is asked as of a cut: it has seen everything.
    if (asOf !== undefined || recordedAsOf !== undefined) {
      return ledgerAsOf(this.events, this.codec, programmeId, cut, this.clock.now());
    }
    await waitFor(this.models, fundingLedger, atLeast);
    await waitFor(this.models, ledgerBreakdown, atLeast);
    await waitFor(this.models, settingsProjection, atLeast);
    return this.underNamesNow(await this.current(programmeId));
  }

  private async underNamesNow(ledger: Ledger): Promise<Ledger> {
    const { settings } = ledger;
    const nameOf = await namesNow(
      this.models,
      settings.map(({ urn }) => urn),
    );
    return { ...ledger, settings: settings.map((line) => ({ ...line, name: nameOf(line.urn, line.name) })) };
  }

  /** Pages are read while the projections go on: read again until they stood still, and say the same. */
  private async current(programmeId: string): Promise<Ledger> {
    const ledgers = this.models.collection<LedgerDocument>(fundingLedger);
    const breakdown = this.models.collection<BreakdownDocument>(ledgerBreakdown);
    let programme = await ledgers.get(programmeId);
    for (let reads = 1; ; reads += 1) {
      if (programme?.kind !== 'programme') throw noLedger(programmeId);
      const settings = await allOf(ledgers, { where: { programmeId, kind: 'setting' } });
      const tranches = await allOf(breakdown, { where: { programmeId, kind: 'tranche' } });
      const years = await allOf(breakdown, { where: { programmeId, kind: 'year' } });
      const after = await ledgers.get(programmeId);
      const cut = { asOf: this.clock.now(), recordedAsOf: null };
      const answer = ledgerAnswer(programme, settings, [...tranches, ...years], cut);
      const still = JSON.stringify(after) === JSON.stringify(programme) && ofOneMoment(answer);
      if (still || reads >= MOST_READS) return answer;
      programme = after;
    }
  }
}
