import { requireProgramme } from '#domain/programme';
import type { Instant } from '#kernel';
import { Decisions } from '#platform/event-store';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Feature, WorkforceGroup } from '../../audit/yardstick.js';
import { auditInstrument, instrumentAt, type InstrumentVersion } from '../instrument.js';

/** One version, as people read it. */
export interface InstrumentShown {
  readonly version: number;
  /** Whether an audit that is started now rates by it. */
  readonly inForce: boolean;
  /** `null`: from the beginning. */
  readonly effectiveOn: string | null;
  readonly publishedAt: Instant | null;
  readonly reason: string | null;
  readonly features: readonly Feature[];
  readonly groups: readonly WorkforceGroup[];
}

/** Every version of what the audits of a programme rate by, oldest first. */
export class ShowAuditInstrument {
  constructor(readonly programmeId: string) {}
}

@QueryHandler(ShowAuditInstrument)
export class ShowAuditInstrumentHandler implements IQueryHandler<
  ShowAuditInstrument,
  readonly InstrumentShown[]
> {
  constructor(private readonly decisions: Decisions) {}

  /** @throws RefusalError `PROGRAMME.NOT_FOUND` */
  async execute({ programmeId }: ShowAuditInstrument): Promise<readonly InstrumentShown[]> {
    await requireProgramme(this.decisions, programmeId);
    const { state } = await this.decisions.load(auditInstrument, programmeId);
    const now = instrumentAt(state, this.decisions.now()).version;
    return state.versions.map((version) => shown(version, now));
  }
}

/** @param now the number of the version in force */
export function shown(
  { version, features, groups, published }: InstrumentVersion,
  now: number,
): InstrumentShown {
  return {
    ...{ version, inForce: version === now, effectiveOn: published?.effectiveOn ?? null },
    ...{ publishedAt: published?.occurredAt ?? null, reason: published?.reason ?? null },
    ...{ features, groups },
  };
}
