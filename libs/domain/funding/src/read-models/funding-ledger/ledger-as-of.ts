import { refusal, RefusalError, type Instant, type RecordedEvent } from '#kernel';
import { recordedAtOf, type EventCodec, type EventStore, type StoredEvent } from '#platform/event-store';
import { InMemoryModel } from '#platform/read-store';
import { setImmediate as othersFirst } from 'node:timers/promises';
import type { LedgerEvent } from './entries.js';
import { fundingLedger } from './funding-ledger.projection.js';
import { ledgerAnswer, type Ledger } from './ledger-answer.js';
import { ledgerBreakdown } from './ledger-breakdown.projection.js';

/** Both inclusive; both given means events recorded by the one that occurred by the other. */
export interface LedgerCut {
  /** By when it happened in the world. */
  readonly asOf?: Instant;
  /** By when the system had learnt of it. */
  readonly recordedAsOf?: Instant;
}

/** Small enough that whoever else shares the thread waits a few milliseconds at most. */
const PAGE = 200;

/** The ledger's projections, folded in memory over chosen events of one programme. */
export class LedgerFold {
  readonly model = new InMemoryModel(fundingLedger);
  private readonly breakdown = new InMemoryModel(ledgerBreakdown);

  constructor(readonly programmeId: string) {}

  /** Events come in log order; one of another programme, or that the ledger ignores, changes nothing. */
  apply(event: RecordedEvent): void {
    const { programmeId } = event.data as { readonly programmeId?: string };
    if (programmeId !== this.programmeId) return;
    this.model.apply(event);
    this.breakdown.apply(event);
  }

  /** `undefined` while there is no such programme. */
  answer(cut: Pick<Ledger, 'asOf' | 'recordedAsOf'>): Ledger | undefined {
    const programme = this.model.get(this.programmeId);
    return programme?.kind === 'programme'
      ? ledgerAnswer(programme, this.model.all(), this.breakdown.all(), cut)
      : undefined;
  }
}

/**
 * The events recorded by an instant: clocks of processes differ, so that the log is cut where the latest record time
 * so far, of all events and not only of those asked for, first passes it. Every cut is a beginning of the log.
 */
async function* recordedBy(
  pages: AsyncIterable<readonly StoredEvent[]>,
  cut: Instant | undefined,
): AsyncGenerator<readonly StoredEvent[]> {
  for await (const page of pages) {
    const end = cut === undefined ? -1 : page.findIndex((stored) => recordedAtOf(stored) > cut);
    if (end !== 0) yield end < 0 ? page : page.slice(0, end);
    if (end >= 0) return;
    await othersFirst();
  }
}

/**
 * The events of a programme that the ledger looks at, in log order, up to a cut; those of all programmes come by, so
 * that whoever folds them takes their own.
 */
export async function* ledgerEventsUpTo(
  store: EventStore,
  codec: EventCodec,
  { asOf, recordedAsOf }: LedgerCut,
): AsyncGenerator<RecordedEvent<LedgerEvent>> {
  const handled = new Set(fundingLedger.handles);
  // Without a record cut the engine may leave out what the ledger does not look at.
  const filter = recordedAsOf === undefined ? { types: fundingLedger.handles } : {};
  const pages = store.readAll({ pageSize: PAGE, filter });
  for await (const page of recordedBy(pages, recordedAsOf)) {
    for (const stored of page) {
      if (!handled.has(stored.type)) continue;
      const event = codec.decode(stored) as RecordedEvent<LedgerEvent>;
      if (asOf === undefined || event.metadata.occurredAt <= asOf) yield event;
    }
  }
}

/**
 * The ledger as it was, or as it was known, by the very projection of the live one.
 * @param now stands for "as of" if no such cut is asked for
 * @throws RefusalError `PROGRAMME.NOT_FOUND` 'not-found' if by then there was none of this id
 */
export async function ledgerAsOf(
  store: EventStore,
  codec: EventCodec,
  programmeId: string,
  { asOf, recordedAsOf }: LedgerCut,
  now: Instant,
): Promise<Ledger> {
  const folding = new LedgerFold(programmeId);
  const cut = {
    ...(asOf === undefined ? {} : { asOf }),
    ...(recordedAsOf === undefined ? {} : { recordedAsOf }),
  };
  for await (const event of ledgerEventsUpTo(store, codec, cut)) folding.apply(event);
  // Nothing is recorded before it happens: what was recorded by an instant had happened by then.
  const answer = folding.answer({ asOf: asOf ?? recordedAsOf ?? now, recordedAsOf: recordedAsOf ?? null });
  if (answer !== undefined) return answer;
  throw noLedger(programmeId, { asOf, recordedAsOf });
}

export function noLedger(
  programmeId: string,
  { asOf, recordedAsOf }: { asOf?: Instant | undefined; recordedAsOf?: Instant | undefined } = {},
): RefusalError {
  const when = [
    ...(asOf === undefined ? [] : [`had begun by ${asOf}`]),
    ...(recordedAsOf === undefined ? [] : [`was recorded by ${recordedAsOf}`]),
  ];
  const which = when.length === 0 ? '' : ` that ${when.join(' and ')}`;
  return new RefusalError(
    refusal('PROGRAMME.NOT_FOUND', 'not-found', `there is no programme ${programmeId}${which}`, {
      programmeId,
    }),
  );
}
