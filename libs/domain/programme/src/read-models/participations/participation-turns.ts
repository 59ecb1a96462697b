import { addDays, later, parseDate, startOfDay, type Instant } from '#kernel';
import { agreementInForce, type AgreementState } from '../../agreement/agreement.js';
import { reviewDueOn } from '../../participation/financial-review.js';
import { isEnded, type Enrolment, type ParticipationState } from '../../participation/participation-state.js';
import { firstTurn, NOBODYS_TURN, turnOf, type Turn } from '../../turn.js';
import type { SuccessorLost } from './successor-lost.js';

/** How long before a financial review is due it is on the list of who does it. */
export const REVIEW_NOTICE_DAYS = 28;

type Part = Pick<
  Enrolment,
  'enrolment' | 'dueDiligence' | 'fraudRisk' | 'signature' | 'review' | 'undecided'
>;

/** The two checks before an offer are two people's: each is a thing of its own. */
function checks({ dueDiligence, fraudRisk, enrolment }: Part): readonly Turn[] {
  const found: Turn[] = [];
  if (dueDiligence === null) {
    found.push(turnOf('do-due-diligence', 'do the due diligence', enrolment.occurredAt));
  } else if (dueDiligence.outcome === 'failed') {
    const says = 'due diligence failed: do it again, or end the part';
    found.push(turnOf('do-due-diligence', says, dueDiligence.fact.occurredAt));
  }
  if (fraudRisk === null) {
    found.push(turnOf('assess-fraud-risk', 'assess the fraud risk', enrolment.occurredAt));
  } else if (fraudRisk.outcome === 'not-acceptable') {
    const says = 'the fraud risk is not acceptable: assess it again, or end the part';
    found.push(turnOf('assess-fraud-risk', says, fraudRisk.fact.occurredAt));
  }
  return found;
}

/** A version that came into force after the one that was signed wants signing too; where there is none, it wants issuing. */
function signature(part: Part, issued: AgreementState, now: Instant): readonly Turn[] {
  const inForce = agreementInForce(issued, now);
  const enrolledAt = part.enrolment.occurredAt;
  if (inForce === undefined) {
    const coming = issued.versions.find(({ issue }) => issue.occurredAt <= now);
    if (coming !== undefined) return [toSign(coming, enrolledAt)];
    return [turnOf('issue-agreement', 'issue the grant agreement', enrolledAt)];
  }
  if (part.signature?.version === inForce.version) return [];
  return [toSign(inForce, enrolledAt)];
}

function toSign(
  { version, effectiveOn, issue }: AgreementState['versions'][number],
  enrolledAt: Instant,
): Turn {
  const inForceSince = later(issue.occurredAt, startOfDay(parseDate(effectiveOn)));
  return turnOf(
    'sign-agreement',
    `sign version ${version} of the grant agreement`,
    later(enrolledAt, inForceSince),
  );
}

function yearlyReview({ review, enrolment }: Part): Turn {
  if (review?.outcome === 'amend') {
    const says = `complete a financial review that finds this changed: ${review.amendment ?? ''}`;
    return turnOf('review-finances', says, review.fact.occurredAt);
  }
  const dueOn = reviewDueOn(review?.fact.occurredAt ?? enrolment.occurredAt);
  const noticed = startOfDay(addDays(dueOn, -REVIEW_NOTICE_DAYS));
  return turnOf('review-finances', 'complete the yearly financial review', noticed, dueOn);
}

/** What the board is asked, with all that the register says which nobody has answered. */
function toDecide(undecided: Part['undecided']): string {
  const closed = undecided.find(({ because }) => because === 'closed');
  const on = undecided.find(({ closedOn }) => closedOn !== null)?.closedOn;
  const successors = [...new Set(undecided.flatMap((one) => one.successors))];
  const said = [
    ...(closed === undefined ? [] : [on === undefined ? 'it has closed' : `it closed on ${on}`]),
    ...(successors.length === 0
      ? []
      : [
          `${closed === undefined ? 'it is' : 'is'} succeeded by ${successors.length === 1 ? 'setting' : 'settings'} ${successors.join(', ')}`,
        ]),
  ];
  return `decide on continuity: by the register ${said.join(', and ')}`;
}

/**
 * Everything that waits on a setting's part, the most pressing first; the yearly review, which is always among it while
 * the part runs, may lie ahead.
 * @param issued the programme's grant agreement; `null`: not looked at, so that nothing is said of it
 * @param lost why the setting to which the part was passed on does not take it over, if it does not
 */
export function participationTurns(
  part: ParticipationState,
  issued: AgreementState | null,
  now: Instant,
  lost?: SuccessorLost,
): readonly Turn[] {
  if (part.status === 'invited') {
    const { fact, answerBy } = part.invitation;
    return [turnOf('answer-invitation', 'answer the invitation', fact.occurredAt, answerBy)];
  }
  if (isEnded(part)) {
    const { continuity } = part;
    if (part.status !== 'transferred' || continuity === null || continuity.toUrn === null) return [];
    const { toUrn, fact } = continuity;
    if (lost !== undefined) {
      const says = `name another setting to take over its part, or decide to wind it down or to reclaim what was paid: ${lost.says}`;
      return [turnOf('name-successor', says, lost.since)];
    }
    // Since that setting was named: it may be another than the one to which the part was first passed on.
    return [turnOf('let-take-over', `let setting ${toUrn} take over its part`, fact.occurredAt)];
  }
  if (part.status !== 'enrolled') return [];
  const [question] = part.undecided;
  // Until the board has decided, nothing is begun; accounts are looked at none the less.
  const begun =
    question === undefined
      ? [...checks(part), ...(issued === null ? [] : signature(part, issued, now))]
      : [turnOf('decide-continuity', toDecide(part.undecided), question.fact.occurredAt)];
  return [...begun, yearlyReview(part)];
}

/** What is shown with the participation itself. */
export function participationTurn(
  part: ParticipationState,
  issued: AgreementState | null,
  now: Instant,
  lost?: SuccessorLost,
): Turn {
  const turns = participationTurns(part, issued, now, lost);
  return turns.length === 0 ? NOBODYS_TURN : firstTurn(turns, now);
}
