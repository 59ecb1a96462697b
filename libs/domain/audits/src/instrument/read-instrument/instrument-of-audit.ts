import type { Decisions } from '#platform/event-store';
import type { AuditState } from '../../audit/audit-state.js';
import { auditInstrument, instrumentOf, NATIONAL_STRATEGY, type InstrumentVersion } from '../instrument.js';

/** What a cycle rates by: the version of its beginning, whatever has been published since. */
export async function instrumentOfAudit(
  decisions: Decisions,
  programmeId: string,
  state: AuditState,
): Promise<InstrumentVersion> {
  if (state.status === 'not-started' || state.instrumentVersion === NATIONAL_STRATEGY.version)
    return NATIONAL_STRATEGY;
  const { state: published } = await decisions.load(auditInstrument, programmeId);
  const version = instrumentOf(published, state.instrumentVersion);
  if (version !== undefined) return version;
  const { urn, cycle, instrumentVersion } = state;
  throw new Error(
    `cycle ${cycle} of the audit of ${urn} in ${programmeId} rates by version ${instrumentVersion} of the instrument, which is not there`,
  );
}
