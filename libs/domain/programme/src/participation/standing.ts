import { isUrn, refusal, type Refusal } from '#kernel';
import { isEnded, type Ended, type Enrolment, type ParticipationState } from './participation-state.js';

/** What every command names. */
export type OfOneSetting = Readonly<{ programmeId: string; urn: string }>;

/** How an ended participation is told of. */
export const ENDED_IN_WORDS: Readonly<Record<Ended, string>> = {
  withdrawn: 'has withdrawn from the programme',
  discontinued: 'was discontinued by a financial review',
  transferred: 'has passed its part on to another setting',
  'wound-down': 'has its part wound down',
  reclaimed: 'has had its part reclaimed',
};

export function refuseUrn(urn: string, field = 'urn'): Refusal | undefined {
  if (isUrn(urn)) return undefined;
  return refusal(
    'SETTING.BAD_URN',
    'invalid',
    `${field} '${urn}' must be 6 digits, or 5 for a children's centre`,
    { field },
  );
}

/** A part that has ended, as other contexts decide by it. */
export type EndedPart = Readonly<{ urn: string; settingName: string; status: Ended }>;

/** `null` while it runs, and where it never began. */
export function endedPart(state: ParticipationState): EndedPart | null {
  if (!isEnded(state)) return null;
  const { urn, settingName, status } = state;
  return { urn, settingName, status };
}

/** What was audited and planned in a part stays as it was when the part ended: what is left is to settle the money. */
export function refuseEndedPart(part: EndedPart | null | undefined): Refusal | undefined {
  if (part === null || part === undefined) return undefined;
  const { urn, settingName, status } = part;
  return refusal(
    'PARTICIPATION.ENDED',
    'wrong-state',
    `${settingName} (${urn}) ${ENDED_IN_WORDS[status]}: its audit and its action plan stay as they are`,
    { urn, status },
  );
}

export function hasEnded({ urn }: OfOneSetting, state: Enrolment & { readonly status: Ended }): Refusal {
  return refusal(
    'PARTICIPATION.ENDED',
    'wrong-state',
    `${state.settingName} (${urn}) ${ENDED_IN_WORDS[state.status]}: nothing more can be begun in its part`,
    { urn, status: state.status },
  );
}

type Enrolled = Extract<ParticipationState, Enrolment>;

/** A setting that has been enrolled, whether or not that has ended. */
export function everEnrolled(of: OfOneSetting, state: ParticipationState): Enrolled | Refusal {
  if ('enrolment' in state) return state;
  return refusal(
    'PARTICIPATION.NOT_ENROLLED',
    'wrong-state',
    `setting ${of.urn} is not enrolled in programme ${of.programmeId}: enrol it first`,
    { urn: of.urn, programmeId: of.programmeId, status: state.status },
  );
}

/** A setting that takes part now. */
export function enrolledNow(
  of: OfOneSetting,
  state: ParticipationState,
): Extract<ParticipationState, { status: 'enrolled' }> | Refusal {
  const enrolled = everEnrolled(of, state);
  if ('refused' in enrolled) return enrolled;
  return isEnded(enrolled) ? hasEnded(of, enrolled) : enrolled;
}
