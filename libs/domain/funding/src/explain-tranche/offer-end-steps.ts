import { isEnded, participation, type ParticipationEvent } from '#domain/programme';
import { formatPence, participationId, type Position, type RecordedEvent } from '#kernel';
import type { Explanation } from './explanation.js';
import { NOTHING_FURTHER, type Named, type StepOf, type TrailEvent } from './step.js';
import type { Trail } from './trail.js';

/** How an offer ended without being accepted, or was never made. */
export const offerEndSteps: {
  readonly [T in 'OfferDeclined' | 'OfferLapsed' | 'OfferAbandoned' | 'RevisionAbandoned']: StepOf<T>;
} = {
  OfferDeclined: (event, trail, history) => ({
    says: `${offerInWords(event, history)} was declined: ${event.data.reason}`,
    because: trail.before(event, history, 'AllocationOffered'),
  }),
  OfferLapsed: (event, trail, history) => {
    const { acceptBy, reason } = event.data;
    const until = acceptBy === null ? '' : `, which could be accepted until ${acceptBy},`;
    const why = reason.replace(/^the setting\b/, settingOf(event, history));
    return {
      says: `${offerInWords(event, history)}${until} ended, because ${why}`,
      because: groundsOfLapse(event, trail, history),
    };
  },
  OfferAbandoned: (event, trail) => ({
    says: `What was set aside for an offer to setting ${event.data.urn} was given up: ${event.data.reason}`,
    because: endOfPart(event, trail),
  }),
  RevisionAbandoned: ({ data: { urn, reason } }) => ({
    says: `What was set aside to revise the allocation of setting ${urn} was given up: ${reason}`,
    because: NOTHING_FURTHER,
  }),
};

/** What happens to a part beside the way to its tranches. */
export const partSteps: {
  readonly [
    T in
      | 'SettingInvited'
      | 'InvitationDeclined'
      | 'SettingWithdrawn'
      | 'FinancialReviewCompleted'
      | 'ReportDeadlineExtended'
  ]: StepOf<T>;
} = {
  SettingInvited: ({ data: { settingName, urn, answerBy, setting } }, trail) => ({
    says: `${settingName} (${urn}) was invited to take part${answerBy === null ? '' : `, to answer by ${answerBy}`}`,
    because: trail.all(setting),
  }),
  InvitationDeclined: (event, trail, history) => ({
    says: `Setting ${event.data.urn} declined the invitation to take part: ${event.data.reason}`,
    because: trail.before(event, history, 'SettingInvited'),
  }),
  SettingWithdrawn: ({ data: { urn, reason } }) => ({
    says: `Setting ${urn} withdrew from the programme: ${reason}`,
    because: NOTHING_FURTHER,
  }),
  FinancialReviewCompleted: ({ data: { urn, upTo, outcome, findings, amendment } }) => ({
    says:
      `The money of setting ${urn} up to ${upTo} was reviewed, with the outcome '${outcome}' (${findings})` +
      (amendment === null ? '' : `; to be changed: ${amendment}`),
    because: NOTHING_FURTHER,
  }),
  ReportDeadlineExtended: ({ data: { urn, from, to, reason } }) => ({
    says: `Setting ${urn} was given until ${to.dueOn} instead of ${from.dueOn} for progress report ${to.number}: ${reason}`,
    because: NOTHING_FURTHER,
  }),
};

type Ended = Named<'OfferDeclined'> | Named<'OfferLapsed'>;

function settingOf({ data: { reservationId, urn } }: Ended, history: readonly TrailEvent[]): string {
  const offer = history.find(
    (one): one is Named<'AllocationOffered'> =>
      one.type === 'AllocationOffered' && one.data.reservationId === reservationId,
  );
  return offer?.data.settingName ?? `setting ${urn}`;
}

function offerInWords(event: Ended, history: readonly TrailEvent[]): string {
  const { amountPence, urn } = event.data;
  return `The offer of ${formatPence(amountPence)} to ${settingOf(event, history)} (${urn})`;
}

/** The event does not name what ended it: that is in the stream of the part; and if nothing is, its day had passed. */
async function groundsOfLapse(
  event: Named<'OfferLapsed'>,
  trail: Trail,
  history: readonly TrailEvent[],
): Promise<readonly Explanation[]> {
  const ending = await endOfPart(event, trail);
  return ending.length > 0 ? ending : trail.before(event, history, 'AllocationOffered');
}

function endOfPart(
  { data: { programmeId, urn }, position }: Named<'OfferLapsed'> | Named<'OfferAbandoned'>,
  trail: Trail,
): Promise<readonly Explanation[]> {
  const stream = `participation-${participationId(programmeId, urn)}`;
  return trail.picked(stream, (part) => endingBefore(position, part));
}

/** The event that had ended a part when something else was recorded; by the order of the log. */
function endingBefore(position: Position, part: readonly TrailEvent[]): TrailEvent | undefined {
  const known = part.filter((event) => event.position < position);
  const state = (known as readonly RecordedEvent<ParticipationEvent>[]).reduce(
    (before, event) => participation.evolve(before, event),
    participation.initial,
  );
  return isEnded(state) ? known.find(({ id }) => id === state.ending.event.eventId) : undefined;
}
