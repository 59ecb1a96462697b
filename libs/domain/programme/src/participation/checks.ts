import {
  isRefusal,
  NOT_BLANK,
  refusal,
  refuseBefore,
  refuseShape,
  samePerson,
  SHA256,
  type Actor,
  type Command,
  type Decision,
  type Refusal,
} from '#kernel';
import { Type, type Static } from 'typebox';
import { Equal } from 'typebox/value';
import { dueDiligenceCompleted, fraudRiskAssessed, type ParticipationEvent } from './participation.events.js';
import type { Enrolment, ParticipationState } from './participation-state.js';
import { enrolledNow, type OfOneSetting } from './standing.js';

export const DUE_DILIGENCE_OUTCOMES = ['passed', 'passed-with-conditions', 'failed'] as const;
export const FRAUD_RISK_LEVELS = ['low', 'medium', 'high'] as const;
export const FRAUD_RISK_OUTCOMES = ['acceptable', 'acceptable-with-mitigation', 'not-acceptable'] as const;
export const MOST_CHECKS = 50;
export const LONGEST_TEXT = 1000;

const text = (maxLength = LONGEST_TEXT) => Type.String({ maxLength, pattern: NOT_BLANK });
const strict = { additionalProperties: false } as const;

export const DueDiligence = Type.Object(
  {
    outcome: Type.Enum([...DUE_DILIGENCE_OUTCOMES]),
    conditions: Type.Array(text(), { maxItems: MOST_CHECKS }),
    checks: Type.Array(text(), { minItems: 1, maxItems: MOST_CHECKS }),
    evidence: Type.Union([
      Type.Object({ fileName: text(200), sha256: Type.String({ pattern: SHA256 }) }, strict),
      Type.Null(),
    ]),
  },
  strict,
);
export type DueDiligence = Static<typeof DueDiligence>;

export const FraudRisk = Type.Object(
  {
    level: Type.Enum([...FRAUD_RISK_LEVELS]),
    outcome: Type.Enum([...FRAUD_RISK_OUTCOMES]),
    mitigation: Type.Union([text(4000), Type.Null()]),
  },
  strict,
);
export type FraudRisk = Static<typeof FraudRisk>;

export type CompleteDueDiligenceCommand = Command<
  'CompleteDueDiligence',
  OfOneSetting & { readonly found: DueDiligence }
>;
export type AssessFraudRiskCommand = Command<'AssessFraudRisk', OfOneSetting & { readonly found: FraudRisk }>;

function malformed(field: string, message: string): Refusal {
  return refusal('PARTICIPATION.MALFORMED', 'invalid', message, { field });
}

function refuseDueDiligence(found: DueDiligence): Refusal | undefined {
  const shape = refuseShape('PARTICIPATION.MALFORMED', DueDiligence, found);
  if (shape !== undefined) return shape;
  const conditional = found.outcome === 'passed-with-conditions';
  if (conditional === found.conditions.length > 0) return undefined;
  return malformed(
    'conditions',
    conditional
      ? "conditions must say at least one thing when the outcome is 'passed-with-conditions'"
      : `conditions must be empty when the outcome is '${found.outcome}'`,
  );
}

function refuseFraudRisk(found: FraudRisk): Refusal | undefined {
  const shape = refuseShape('PARTICIPATION.MALFORMED', FraudRisk, found);
  if (shape !== undefined) return shape;
  const { level, outcome, mitigation } = found;
  if (outcome === 'acceptable-with-mitigation' && mitigation === null) {
    return malformed('mitigation', 'mitigation must say what keeps the risk in bounds');
  }
  if (level === 'high' && outcome === 'acceptable') {
    return malformed(
      'outcome',
      "outcome 'acceptable' is not for a high risk: say what mitigates it, or that it is not acceptable",
    );
  }
  return undefined;
}

/**
 * The two checks are two people's: whoever later makes the offer or the first proposal, at least one of the checks
 * behind it was somebody else's (segregation of duties).
 */
function refuseOnePerson(
  by: Actor,
  other: Enrolment['dueDiligence'] | Enrolment['fraudRisk'],
  what: string,
): Refusal | undefined {
  if (other === null || !samePerson(other.by, by)) return undefined;
  return refusal(
    'PARTICIPATION.SECOND_CHECK',
    'not-allowed',
    `${by.subject} ${what} of this setting: the other check is for somebody else to make`,
    { subject: by.subject },
  );
}

/** Nobody checks on behalf of the setting that is checked. */
function refuseSetting(by: Actor): Refusal | undefined {
  if (by.role !== 'setting') return undefined;
  return refusal('PARTICIPATION.OWN_CHECK', 'not-allowed', 'a setting cannot check itself', {
    subject: by.subject,
  });
}

function sameAs<T extends object>(found: T, known: (T & { readonly by: Actor }) | null, by: Actor): boolean {
  if (known === null || !samePerson(known.by, by)) return false;
  return Object.entries(found).every(([field, value]) => Equal(value, known[field as keyof T]));
}

export function completeDueDiligence(
  { data, by, at }: CompleteDueDiligenceCommand,
  state: ParticipationState,
): Decision<ParticipationEvent> {
  const { programmeId, urn, found } = data;
  const broken = refuseDueDiligence(found);
  if (broken !== undefined) return broken;
  const enrolled = enrolledNow(data, state);
  if (isRefusal(enrolled)) return enrolled;
  const { dueDiligence, fraudRisk, enrolment } = enrolled;
  if (sameAs(found, dueDiligence as (DueDiligence & { by: Actor }) | null, by)) return [];
  return (
    refuseSetting(by) ??
    refuseOnePerson(by, fraudRisk, 'assessed the fraud risk') ??
    refuseBefore(at, {
      "the setting's enrolment": enrolment.occurredAt,
      'the due diligence before': dueDiligence?.fact.occurredAt,
    }) ?? [dueDiligenceCompleted({ programmeId, urn, ...found })]
  );
}

export function assessFraudRisk(
  { data, by, at }: AssessFraudRiskCommand,
  state: ParticipationState,
): Decision<ParticipationEvent> {
  const { programmeId, urn, found } = data;
  const broken = refuseFraudRisk(found);
  if (broken !== undefined) return broken;
  const enrolled = enrolledNow(data, state);
  if (isRefusal(enrolled)) return enrolled;
  const { dueDiligence, fraudRisk, enrolment } = enrolled;
  if (sameAs(found, fraudRisk as (FraudRisk & { by: Actor }) | null, by)) return [];
  return (
    refuseSetting(by) ??
    refuseOnePerson(by, dueDiligence, 'did the due diligence') ??
    refuseBefore(at, {
      "the setting's enrolment": enrolment.occurredAt,
      'the assessment before': fraudRisk?.fact.occurredAt,
    }) ?? [fraudRiskAssessed({ programmeId, urn, ...found })]
  );
}

interface Checked {
  readonly dueDiligence: { readonly outcome: string } | null;
  readonly fraudRisk: { readonly outcome: string } | null;
}

const failedDueDiligence = ({ dueDiligence }: Checked): readonly string[] =>
  dueDiligence?.outcome === 'failed' ? ['due diligence failed'] : [];
const failedFraudRisk = ({ fraudRisk }: Checked): readonly string[] =>
  fraudRisk?.outcome === 'not-acceptable' ? ['the fraud risk is not acceptable'] : [];

/** The checks that came out against the setting, in words. */
export function failedChecks(checked: Checked): readonly string[] {
  return [...failedDueDiligence(checked), ...failedFraudRisk(checked)];
}

/** What is missing before the setting may be offered money, in words; empty if nothing is. */
export function missingChecks(checked: Checked): readonly string[] {
  return [
    ...(checked.dueDiligence === null ? ['due diligence is not done'] : failedDueDiligence(checked)),
    ...(checked.fraudRisk === null ? ['the fraud risk is not assessed'] : failedFraudRisk(checked)),
  ];
}
