import { participation, requireProgramme } from '#domain/programme';
import {
  formatPence,
  parseCut,
  participationId,
  refusal,
  RefusalError,
  type Pence,
  type RecordedEvent,
  inLondon,
} from '#kernel';
import { Decisions, EVENT_STORE, EventCodec, type EventStore } from '#platform/event-store';
import { Inject } from '@nestjs/common';
import { QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { allocation } from '../allocation/allocation.js';
import { trancheId, unknownTranche } from '../allocation/tranche-id.js';
import { ExplainPayment } from '../explain-payment/explain-payment.query.js';
import { ExplainTranche } from '../explain-tranche/explain-tranche.query.js';
import { explained, type Explanation } from '../explain-tranche/explanation.js';
import { Trail } from '../explain-tranche/trail.js';
import { movesMoney, type MoneyEvent } from '../read-models/funding-ledger/entries.js';
import { ledgerEventsUpTo, type LedgerCut } from '../read-models/funding-ledger/ledger-as-of.js';
import { adds, inWords, OF_THE_PROGRAMME, parseFigure, signed, type Figure, type Part } from './figures.js';

export interface FigureAsked {
  readonly programmeId: string;
  /** `released`, `committed`, `available` …: a column of the ledger. */
  readonly figure: string;
  readonly urn?: string;
  /** Told to somebody who sees these settings only. */
  readonly urns?: readonly string[];
  /** Of that setting. */
  readonly tranche?: number;
  /** `2023/24`: what moved in it. */
  readonly academicYear?: string;
  /** By when it happened, and by when it was known; as for the ledger. */
  readonly asOf?: string;
  readonly recordedAsOf?: string;
}

/** Why a figure on the ledger is what it is: every event that adds to it or takes from it, and for one setting why. */
export class ExplainLedger {
  constructor(readonly input: FigureAsked) {}
}

/** An event with what it adds to the figure. */
interface Posting {
  readonly event: RecordedEvent<MoneyEvent>;
  readonly pence: Pence;
}

const YEAR = /^(\d{4})\/(\d{2})$/;

@QueryHandler(ExplainLedger)
export class ExplainLedgerHandler implements IQueryHandler<ExplainLedger, Explanation> {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    private readonly codec: EventCodec,
    private readonly decisions: Decisions,
    private readonly trail: Trail,
    private readonly queries: QueryBus,
  ) {}

  /** @throws RefusalError `QUERY.BAD_FILTER`, `TIME.NOT_UNDERSTOOD`, `PROGRAMME.NOT_FOUND`, `PARTICIPATION.NOT_FOUND`, `TRANCHE.UNKNOWN` */
  async execute({ input }: ExplainLedger): Promise<Explanation> {
    const figure = parseFigure(input.figure);
    const part = partOf(input);
    const cut = {
      ...(input.asOf === undefined ? {} : { asOf: parseCut(input.asOf, 'asOf') }),
      ...(input.recordedAsOf === undefined
        ? {}
        : { recordedAsOf: parseCut(input.recordedAsOf, 'recordedAsOf') }),
    };
    await requireProgramme(this.decisions, input.programmeId);
    await this.refuseUnknown(input.programmeId, part);
    const postings = await this.postings(input.programmeId, figure, part, cut);
    const total = postings.reduce((sum, { pence }) => sum + pence, 0);
    const because =
      part.urn === undefined
        ? postings.map(line)
        : await Promise.all(postings.map((posting) => this.followed(posting, part, input.urns)));
    const entries = `${postings.length} ${postings.length === 1 ? 'entry' : 'entries'}`;
    return { says: `${said(input, figure, cut)}: ${formatPence(total)}, the sum of ${entries}.`, because };
  }

  private async postings(
    programmeId: string,
    figure: Figure,
    part: Part,
    cut: LedgerCut,
  ): Promise<readonly Posting[]> {
    const found: Posting[] = [];
    for await (const event of ledgerEventsUpTo(this.store, this.codec, cut)) {
      if (event.data.programmeId !== programmeId || !movesMoney(event)) continue;
      const pence = adds(figure, part, event);
      if (pence !== 0) found.push({ event, pence });
    }
    return found;
  }

  /** Of one setting there are few: each is followed down to what it rests on. */
  private async followed(posting: Posting, part: Part, urns: FigureAsked['urns']): Promise<Explanation> {
    return { ...line(posting), because: await this.groundsOf(posting.event, part, urns) };
  }

  private async groundsOf(
    event: RecordedEvent<MoneyEvent>,
    part: Part,
    urns: FigureAsked['urns'],
  ): Promise<readonly Explanation[]> {
    const trail = this.trail.toldTo(urns);
    const { id: eventId, stream, revision, type, data } = event;
    if (type === 'TrancheReleased') {
      const query = new ExplainTranche(trancheId(data.programmeId, data.urn, data.number), urns);
      return (await this.queries.execute<ExplainTranche, Explanation>(query)).because;
    }
    // What the fund or the bank did rests on what was decided elsewhere.
    if ('trancheId' in data) return (await this.paymentOf(data.trancheId, urns)).because;
    if (type === 'PaymentRunReleased') {
      const own = data.payments.filter(
        ({ urn, number }) => urn === part.urn && (part.tranche === undefined || part.tranche === number),
      );
      return Promise.all(own.map((payment) => this.paymentOf(payment.trancheId, urns)));
    }
    if ('acceptance' in data) return trail.all(data.acceptance);
    if ('closure' in data) return trail.all(data.closure);
    if (type === 'ReservationReleased' || type === 'ReservationLowered')
      return data.evidence === null ? [] : trail.all(data.evidence);
    return (await trail.follow({ eventId, stream, revision: revision.toString(), type })).because;
  }

  /** How a tranche was paid tells the size of the whole run, and of the payee: that is for the office. */
  private paymentOf(id: string, urns: FigureAsked['urns']): Promise<Explanation> {
    return this.queries.execute<ExplainPayment | ExplainTranche, Explanation>(
      urns === undefined ? new ExplainPayment(id) : new ExplainTranche(id, urns),
    );
  }

  /** A setting that never took part, or a tranche that it was never offered, has no figure: not one of nothing. */
  private async refuseUnknown(programmeId: string, { urn, tranche }: Part): Promise<void> {
    if (urn === undefined) return;
    const id = participationId(programmeId, urn);
    const { history } = await this.decisions.load(participation, id);
    if (!history.some(({ type }) => type === 'SettingEnrolled')) {
      const message = `setting ${urn} was never enrolled in programme ${programmeId}`;
      throw new RefusalError(refusal('PARTICIPATION.NOT_FOUND', 'not-found', message, { field: 'urn', urn }));
    }
    if (tranche === undefined) return;
    const { history: offers } = await this.decisions.load(allocation, id);
    const known = offers.some(
      (event) =>
        (event.type === 'AllocationOffered' || event.type === 'AllocationRevised') &&
        event.data.tranches.some(({ number }) => number === tranche),
    );
    if (!known) throw unknownTranche(trancheId(programmeId, urn, tranche));
  }
}

function line({ event, pence }: Posting): Explanation {
  return explained(event, `${signed(pence)}: ${inWords(event)}`, []);
}

function said(
  { programmeId, urn, tranche, academicYear }: FigureAsked,
  figure: Figure,
  cut: LedgerCut,
): string {
  const of = [
    ...(tranche === undefined ? [] : [`of tranche ${tranche}`]),
    ...(urn === undefined ? [] : [`of setting ${urn}`]),
    `in ${programmeId}`,
    ...(academicYear === undefined ? [] : [`moved in ${academicYear}`]),
    ...(cut.asOf === undefined ? [] : [`as of ${inLondon(cut.asOf)}`]),
    ...(cut.recordedAsOf === undefined ? [] : [`as known on ${inLondon(cut.recordedAsOf)}`]),
  ];
  return `${figure[0]!.toUpperCase()}${figure.slice(1)} ${of.join(' ')}`;
}

function partOf({ figure, urn, tranche, academicYear }: FigureAsked): Part {
  const bad = (field: string, rule: string) =>
    new RefusalError(refusal('QUERY.BAD_FILTER', 'invalid', `${field} ${rule}`, { field }));
  if (urn !== undefined && OF_THE_PROGRAMME.has(figure))
    throw bad('urn', `cannot be given with the figure ${figure}, which is of the whole programme`);
  if (tranche !== undefined && urn === undefined)
    throw bad('tranche', 'can only be asked for together with urn');
  const year = academicYear === undefined ? null : YEAR.exec(academicYear);
  if (academicYear !== undefined && (Number(year?.[1]) + 1) % 100 !== Number(year?.[2])) {
    throw bad('academicYear', 'must be written as 2023/24');
  }
  return {
    ...(urn === undefined ? {} : { urn }),
    ...(tranche === undefined ? {} : { tranche }),
    ...(academicYear === undefined ? {} : { academicYear }),
  };
}
