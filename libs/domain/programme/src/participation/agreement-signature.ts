import {
  isRefusal,
  NOT_BLANK,
  refusal,
  refuseBefore,
  refuseShape,
  readSubject,
  sameSubject,
  SHA256,
  SUBJECT_ID,
  type Actor,
  type Command,
  type Decision,
  type Fact,
  type Instant,
  type Refusal,
} from '#kernel';
import { Type, type Static } from 'typebox';
import { grantAgreementSigned, type ParticipationEvent } from './participation.events.js';
import type { Enrolment, ParticipationState } from './participation-state.js';
import { enrolledNow, type OfOneSetting } from './standing.js';

/** Who signed, and which document. */
export const Signing = Type.Object(
  {
    version: Type.Integer({ minimum: 1 }),
    /** Of the document that was signed; must be the one that was issued. */
    sha256: Type.String({ pattern: SHA256 }),
    signatory: Type.Object(
      {
        /** A subject id: no name, no spaces. */
        subject: Type.String({
          maxLength: 200,
          pattern: SUBJECT_ID,
        }),
        roleTitle: Type.String({ maxLength: 100, pattern: NOT_BLANK }),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);
export type Signing = Static<typeof Signing>;

/** A version of the grant agreement, as it was issued. */
export type AgreementFact = Readonly<{ version: number; sha256: string; effectiveOn: string; issue: Fact }>;

export type SignGrantAgreementCommand = Command<
  'SignGrantAgreement',
  OfOneSetting &
    Readonly<{
      signing: Signing;
      /** The version in force; `null` if there is none. */
      inForce: AgreementFact | null;
    }>
>;

function wrong(code: string, field: string, message: string): Refusal {
  return refusal(code, 'wrong-state', message, { field });
}

function refuseDocument(
  { programmeId, signing, inForce }: SignGrantAgreementCommand['data'],
  at: Instant,
): Refusal | undefined {
  if (inForce === null) {
    return wrong(
      'AGREEMENT.NOT_ISSUED',
      'version',
      `no grant agreement of programme ${programmeId} had been issued and come into force by ${at}: issue one first`,
    );
  }
  const { version, sha256, effectiveOn } = inForce;
  if (signing.version !== version) {
    return wrong(
      'AGREEMENT.NOT_IN_FORCE',
      'version',
      `version ${signing.version} of the grant agreement is not in force: version ${version} is, from ${effectiveOn}`,
    );
  }
  if (signing.sha256 === sha256) return undefined;
  return wrong(
    'AGREEMENT.OTHER_DOCUMENT',
    'sha256',
    `sha256 is not that of version ${version} as it was issued: another document was signed`,
  );
}

/**
 * A setting's own people sign for themselves; whoever records a signature on paper is not the signatory, nor is who has acted for
 * the programme about this setting, in whatever role they sign.
 */
function refuseSignatory(
  { signing: { signatory } }: SignGrantAgreementCommand['data'],
  by: Actor,
  { dueDiligence, fraudRisk }: Enrolment,
): Refusal | undefined {
  const named = readSubject(signatory.subject, 'signatory.subject');
  if (isRefusal(named)) return named;
  const checker = [dueDiligence, fraudRisk].find(
    (check) => check !== null && sameSubject(named, check.by.subject),
  );
  if (checker !== undefined) {
    const message = `signatory.subject ${signatory.subject} checked the setting for the programme: the setting signs, by a person of its own`;
    const of = { field: 'signatory.subject', subject: signatory.subject };
    return refusal('AGREEMENT.SIGNATORY', 'not-allowed', message, of);
  }
  const own = sameSubject(named, by.subject);
  if (own === (by.role === 'setting')) return undefined;
  return refusal(
    'AGREEMENT.SIGNATORY',
    'not-allowed',
    own
      ? `signatory.subject ${by.subject} acts for the programme (${by.role}): the setting signs, by a person of its own`
      : `signatory.subject ${signatory.subject} is not ${by.subject}: a setting's people sign for themselves`,
    { field: 'signatory.subject', subject: signatory.subject },
  );
}

/** While the board has to say what becomes of the part, the setting binds itself to nothing. */
function refuseUndecided({ undecided }: Enrolment, { urn }: OfOneSetting): Refusal | undefined {
  if (undecided.length === 0) return undefined;
  const message = `the register says that setting ${urn} closed or has a successor: it signs nothing until the board has decided what becomes of its part`;
  return refusal('AGREEMENT.CONTINUITY_UNDECIDED', 'wrong-state', message, { urn, next: 'board' });
}

export function sign(
  { data, by, at }: SignGrantAgreementCommand,
  state: ParticipationState,
): Decision<ParticipationEvent> {
  const { programmeId, urn, signing, inForce } = data;
  const broken = refuseShape('AGREEMENT.MALFORMED', Signing, signing);
  if (broken !== undefined) return broken;
  const enrolled = enrolledNow(data, state);
  if (isRefusal(enrolled)) return enrolled;
  const { signature, enrolment } = enrolled;
  // One signature binds: of a second person's under the same document nothing follows.
  if (signature?.version === signing.version && signature.sha256 === signing.sha256) return [];
  const refused =
    refuseUndecided(enrolled, data) ?? refuseDocument(data, at) ?? refuseSignatory(data, by, enrolled);
  if (refused !== undefined || inForce === null) return refused ?? [];
  return (
    refuseBefore(at, {
      "the setting's enrolment": enrolment.occurredAt,
      'the issue of the agreement': inForce.issue.occurredAt,
      'the signature before': signature?.fact.occurredAt,
    }) ?? [grantAgreementSigned({ programmeId, urn, ...signing, agreement: inForce.issue.event })]
  );
}
