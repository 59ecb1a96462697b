import { requireProgramme } from '#domain/programme';
import type { Instant } from '#kernel';
import { Decisions } from '#platform/event-store';
import { waitFor } from '#platform/http';
import { allOf, ReadModels } from '#platform/read-store';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { IDENTITIES } from './identities.js';
import { ledgerCheck, type Breach } from './ledger-check.projection.js';

/** A breach, and whose money it is: of a programme, a setting or a tranche. */
export type FoundBreach = Breach & { readonly id: string };

/** Whether every identity of a programme's ledger has held after every event so far. */
export interface LedgerCheck {
  readonly programmeId: string;
  readonly checkedAt: Instant;
  readonly identities: readonly { readonly name: string; readonly says: string }[];
  readonly holds: boolean;
  readonly breaches: readonly FoundBreach[];
}

/** Holds a programme's ledger against its identities. */
export class CheckLedger {
  constructor(
    readonly input: { readonly programmeId: string },
    /** A position that the answer must have seen. */
    readonly atLeast?: string,
  ) {}
}

@QueryHandler(CheckLedger)
export class CheckLedgerHandler implements IQueryHandler<CheckLedger, LedgerCheck> {
  constructor(
    private readonly models: ReadModels,
    private readonly decisions: Decisions,
  ) {}

  /** @throws RefusalError `PROGRAMME.NOT_FOUND`, `READ_MODEL.BEHIND`, `QUERY.BAD_POSITION` */
  async execute({ input: { programmeId }, atLeast }: CheckLedger): Promise<LedgerCheck> {
    await requireProgramme(this.decisions, programmeId);
    await waitFor(this.models, ledgerCheck, atLeast);
    const found = await allOf(this.models.collection(ledgerCheck), {
      where: { programmeId, breached: true },
    });
    const breaches = found.flatMap(({ id, breach }) => (breach === null ? [] : [{ ...breach, id }]));
    return {
      ...{ programmeId, checkedAt: this.decisions.now(), holds: breaches.length === 0, breaches },
      identities: IDENTITIES.map(({ name, says }) => ({ name, says })),
    };
  }
}
