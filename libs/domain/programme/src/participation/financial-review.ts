import {
  addDays,
  dateInLondon,
  formatPence,
  isRefusal,
  LARGEST_PENCE,
  NOT_BLANK,
  refusal,
  refuseBefore,
  refuseShape,
  sumPence,
  type CalendarDate,
  type Command,
  type Decision,
  type Instant,
  type Refusal,
} from '#kernel';
import { Type, type Static } from 'typebox';
import { Equal } from 'typebox/value';
import { refuseDate } from './invitation.js';
import { financialReviewCompleted, type ParticipationEvent } from './participation.events.js';
import { isEnded, type Enrolment, type ParticipationState } from './participation-state.js';
import type { PaidToSetting } from './paid-to-settings.js';
import { ENDED_IN_WORDS, everEnrolled, type OfOneSetting } from './standing.js';

/** At least one a year: the next is due so many days after the enrolment or the last one. */
export const REVIEW_EVERY_DAYS = 365;
export const REVIEW_OUTCOMES = ['continue', 'discontinue', 'amend'] as const;

const text = () => Type.String({ maxLength: 4000, pattern: NOT_BLANK });
export const FinancialReview = Type.Object(
  {
    upTo: Type.String({ maxLength: 10 }),
    spentPence: Type.Integer({ minimum: 0, maximum: LARGEST_PENCE }),
    findings: text(),
    outcome: Type.Enum([...REVIEW_OUTCOMES]),
    amendment: Type.Union([text(), Type.Null()]),
  },
  { additionalProperties: false },
);
export type FinancialReview = Static<typeof FinancialReview>;

export type CompleteFinancialReviewCommand = Command<
  'CompleteFinancialReview',
  OfOneSetting & {
    readonly review: FinancialReview;
    /** Every payment that reached the setting. */
    readonly paid: readonly PaidToSetting[];
  }
>;

/** @param since when the setting was enrolled, or last reviewed */
export function reviewDueOn(since: Instant): CalendarDate {
  return addDays(dateInLondon(since), REVIEW_EVERY_DAYS);
}

function malformed(field: string, message: string): Refusal {
  return refusal('REVIEW.MALFORMED', 'invalid', message, { field });
}

function refuseReview(review: FinancialReview, at: Instant): Refusal | undefined {
  const broken = refuseShape('REVIEW.MALFORMED', FinancialReview, review) ?? refuseDate(review.upTo, 'upTo');
  if (broken !== undefined) return broken;
  const { upTo, outcome, amendment } = review;
  if ((outcome === 'amend') !== (amendment !== null)) {
    return malformed(
      'amendment',
      "amendment says what is to be changed, if the outcome is 'amend' and only then",
    );
  }
  if (upTo <= dateInLondon(at)) return undefined;
  return malformed(
    'upTo',
    `upTo ${upTo} is after the review: accounts are looked at up to a day that has come`,
  );
}

/** The accounts are those of this part, from its beginning on, and go on where the last review stopped. */
function refuseOtherAccounts(
  { enrolment, review: last }: Enrolment,
  { upTo }: FinancialReview,
): Refusal | undefined {
  const from = dateInLondon(enrolment.occurredAt);
  if (upTo < from) {
    return malformed('upTo', `upTo ${upTo} is before ${from}, on which the setting's part began`);
  }
  if (last === null || upTo >= last.upTo) return undefined;
  return malformed('upTo', `upTo ${upTo} is before ${last.upTo}, up to which the last review looked already`);
}

/** Of the grant nobody can have spent more than came: what was spent beyond it is the setting's own money. */
function refuseSpentBeyondPaid({ data }: CompleteFinancialReviewCommand): Refusal | undefined {
  const { urn, paid, review } = data;
  const { upTo, spentPence } = review;
  const paidPence = sumPence(paid.filter(({ instructedAt }) => dateInLondon(instructedAt) <= upTo));
  if (spentPence <= paidPence) return undefined;
  return refusal(
    'REVIEW.SPENT_BEYOND_PAID',
    'wrong-state',
    `spentPence ${formatPence(spentPence)} is more than the ${formatPence(paidPence)} that setting ${urn} had been paid by ${upTo}: of the grant it can have spent no more than that`,
    { field: 'spentPence', urn, spentPence, paidPence },
  );
}

/** What was left behind by a participation that ended may be reviewed, but there is nothing to go on with. */
function refuseGoingOn(
  state: ParticipationState & Enrolment,
  { outcome }: FinancialReview,
): Refusal | undefined {
  if (!isEnded(state) || outcome === 'discontinue') return undefined;
  return refusal(
    'REVIEW.NOTHING_TO_CONTINUE',
    'wrong-state',
    `${state.settingName} (${state.urn}) ${ENDED_IN_WORDS[state.status]}: the outcome can only be 'discontinue'`,
    { field: 'outcome', urn: state.urn, status: state.status },
  );
}

/**
 * What is reviewed is held against what was paid. `discontinue` ends the part: nothing more of it is offered, accepted, released or paid.
 * `amend` says what has to change: until a later review ends in `continue`, no tranche is proposed or released. So it is when a year
 * has passed without a review.
 */
export function completeFinancialReview(
  command: CompleteFinancialReviewCommand,
  state: ParticipationState,
): Decision<ParticipationEvent> {
  const { data, by, at } = command;
  const { programmeId, urn, review } = data;
  const broken = refuseReview(review, at);
  if (broken !== undefined) return broken;
  const enrolled = everEnrolled(data, state);
  if (isRefusal(enrolled)) return enrolled;
  const { review: last, enrolment } = enrolled;
  const said = { programmeId, urn, ...review };
  if (last !== null) {
    const { fact: _fact, by: _by, ...before } = last;
    if (Equal(said, before)) return [];
  }
  if (by.role === 'setting') {
    return refusal('REVIEW.OWN_REVIEW', 'not-allowed', 'a setting cannot review its own accounts', {
      subject: by.subject,
    });
  }
  return (
    refuseOtherAccounts(enrolled, review) ??
    refuseSpentBeyondPaid(command) ??
    refuseGoingOn(enrolled, review) ??
    refuseBefore(at, {
      "the setting's enrolment": enrolment.occurredAt,
      'the review before': last?.fact.occurredAt,
    }) ?? [financialReviewCompleted(said)]
  );
}
