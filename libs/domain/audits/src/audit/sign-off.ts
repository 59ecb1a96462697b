import {
  NOT_BLANK,
  refusal,
  refuseBefore,
  refuseShape,
  samePerson,
  type Command,
  type Decision,
  type Refusal,
} from '#kernel';
import { refuseEndedPart, type EndedPart } from '#domain/programme';
import { Type } from 'typebox';
import type { AuditState, Completed } from './audit-state.js';
import { auditReturned, auditSignedOff, type AuditEvent } from './audit.events.js';

export const LONGEST_COMMENTS = 4000;
const Comments = Type.Object({ comments: Type.String({ maxLength: LONGEST_COMMENTS, pattern: NOT_BLANK }) });

/** `null` while the setting's part runs. */
type OfPart = Readonly<{ ended?: EndedPart | null }>;
export type SignOffAuditCommand = Command<'SignOffAudit', OfPart>;
export type ReturnAuditCommand = Command<'ReturnAudit', OfPart & Readonly<{ comments: string }>>;

/** Signed off by another person than any of those who completed it, whatever role each acts in. */
export function signOff({ data, by, at }: SignOffAuditCommand, state: AuditState): Decision<AuditEvent> {
  if (state.status !== 'completed') return notCompleted(state);
  if (state.signOff?.outcome === 'signed-off') {
    return samePerson(state.signOff.by, by) ? [] : alreadySignedOff(state);
  }
  if (state.signOff?.outcome === 'returned') {
    return refusal(
      'AUDIT.RETURNED',
      'wrong-state',
      `cycle ${state.cycle} of the audit of setting ${state.urn} was returned: the setting must complete it again first`,
      { urn: state.urn, cycle: state.cycle },
    );
  }
  if (state.completers.some((completer) => samePerson(completer, by))) {
    return refusal(
      'AUDIT.SECOND_PERSON',
      'not-allowed',
      `${by.subject} has completed this audit: somebody else must sign it off`,
      { subject: by.subject },
    );
  }
  return (
    refuseEndedPart(data.ended) ??
    refuseBefore(at, { 'the completion of the audit': state.completion.occurredAt }) ?? [
      auditSignedOff({ ...keyOf(state), completion: state.completion.event }),
    ]
  );
}

export function giveBack({ data, at }: ReturnAuditCommand, state: AuditState): Decision<AuditEvent> {
  if (state.status !== 'completed') return notCompleted(state);
  const broken = refuseShape('AUDIT.MALFORMED', Comments, { comments: data.comments });
  if (broken !== undefined) return broken;
  if (state.signOff?.outcome === 'signed-off') return alreadySignedOff(state);
  if (state.signOff?.outcome === 'returned') {
    if (state.signOff.comments === data.comments) return [];
    return refusal(
      'AUDIT.ALREADY_RETURNED',
      'wrong-state',
      `cycle ${state.cycle} of the audit of setting ${state.urn} is already returned, with other comments`,
      { urn: state.urn, cycle: state.cycle },
    );
  }
  return (
    refuseEndedPart(data.ended) ??
    refuseBefore(at, { 'the completion of the audit': state.completion.occurredAt }) ?? [
      auditReturned({ ...keyOf(state), completion: state.completion.event, comments: data.comments }),
    ]
  );
}

function keyOf({ programmeId, urn, cycle }: Completed): Pick<Completed, 'programmeId' | 'urn' | 'cycle'> {
  return { programmeId, urn, cycle };
}

function notCompleted(state: Exclude<AuditState, Completed>): Refusal {
  if (state.status === 'not-started') {
    return refusal('AUDIT.NOT_COMPLETED', 'wrong-state', 'no such cycle of the audit has been started');
  }
  const { urn, cycle } = state;
  return refusal(
    'AUDIT.NOT_COMPLETED',
    'wrong-state',
    `cycle ${cycle} of the audit of setting ${urn} is not completed: complete it first`,
    { urn, cycle },
  );
}

function alreadySignedOff({ urn, cycle }: Completed): Refusal {
  return refusal(
    'AUDIT.ALREADY_SIGNED_OFF',
    'wrong-state',
    `cycle ${cycle} of the audit of setting ${urn} is signed off; what has changed since belongs to cycle ${cycle + 1}`,
    { urn, cycle },
  );
}
