import { requireProgramme } from '#domain/programme';
import { refusal, RefusalError } from '#kernel';
import { Decisions } from '#platform/event-store';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { AuditState } from '../../audit/audit-state.js';
import { audit, auditId } from '../../audit/audit.js';
import { newestCycle } from '../../audit/complete-audit/newest-cycle.js';
import { auditInstrument, instrumentAt } from '../instrument.js';
import { shown, type InstrumentShown } from '../show-audit-instrument/show-audit-instrument.query.js';
import { instrumentOfAudit } from './instrument-of-audit.js';

/** What a setting's audit rates by; `cycle` is `null` while none is in progress: one that is started now rates by it. */
export type InstrumentOfAudit = InstrumentShown & { readonly cycle: number | null };

/**
 * What one cycle of a setting's audit rates by: the version of its beginning. When none is named, the one in progress,
 * which is started or was returned; else the version in force.
 */
export class ShowInstrumentOfAudit {
  constructor(
    readonly input: { readonly programmeId: string; readonly urn: string; readonly cycle?: number },
  ) {}
}

@QueryHandler(ShowInstrumentOfAudit)
export class ShowInstrumentOfAuditHandler implements IQueryHandler<ShowInstrumentOfAudit, InstrumentOfAudit> {
  constructor(private readonly decisions: Decisions) {}

  /** @throws RefusalError `PROGRAMME.NOT_FOUND`, `AUDIT.NOT_FOUND` if the cycle named was not started */
  async execute({ input }: ShowInstrumentOfAudit): Promise<InstrumentOfAudit> {
    const { programmeId, urn } = input;
    await requireProgramme(this.decisions, programmeId);
    const { state: instruments } = await this.decisions.load(auditInstrument, programmeId);
    const now = instrumentAt(instruments, this.decisions.now());
    const cycle = input.cycle ?? (await newestCycle(this.decisions, programmeId, urn));
    const { state } = await this.decisions.load(audit, auditId(programmeId, urn, cycle));
    if (input.cycle !== undefined && state.status === 'not-started')
      throw notStarted(programmeId, urn, cycle);
    if (input.cycle === undefined && !inProgress(state)) return { cycle: null, ...shown(now, now.version) };
    return { cycle, ...shown(await instrumentOfAudit(this.decisions, programmeId, state), now.version) };
  }
}

function inProgress(state: AuditState): boolean {
  return state.status === 'completed' ? state.signOff?.outcome === 'returned' : state.status === 'started';
}

function notStarted(programmeId: string, urn: string, cycle: number): RefusalError {
  const message = `setting ${urn} has no audit ${cycle} in programme ${programmeId}`;
  return new RefusalError(refusal('AUDIT.NOT_FOUND', 'not-found', message, { programmeId, urn, cycle }));
}
