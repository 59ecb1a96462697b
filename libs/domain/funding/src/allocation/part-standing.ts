import {
  agreementInForce,
  ENDED_IN_WORDS,
  failedChecks,
  isEnded,
  participation,
  reviewDueOn,
  type AgreementState,
  type Ended,
  type Enrolment,
  type ParticipationEvent,
  type ParticipationState,
} from '#domain/programme';
import {
  dateInLondon,
  factOf,
  refusal,
  type Fact,
  type Instant,
  type RecordedEvent,
  type Refusal,
} from '#kernel';
import { notEnrolled } from './participation-standing.js';
import type { Planned } from './plan-over-allocation.js';

const NOT_PAID: ReadonlySet<string> = new Set(['withdrawn', 'discontinued', 'reclaimed'] satisfies Ended[]);

/** Of a part that was passed on or is wound down, what was released before is paid still; of such a part it is not. */
export function endedUnpaid(
  part: ParticipationState,
): Extract<ParticipationState, { status: Ended }> | undefined {
  return isEnded(part) && NOT_PAID.has(part.status) ? part : undefined;
}

/** What the setting's part says, on the day, about taking up what was offered to it. */
export interface PartStanding {
  /** How its part has ended, in words; `null` while it runs. */
  readonly ended: string | null;
  /** Whether the board has yet to say what becomes of its part. */
  readonly undecided: boolean;
  /** The checks before an offer that came out against the setting, in words: it may be a later one than that offer's. */
  readonly failedChecks: readonly string[];
  /** The version of the grant agreement in force on the day, and its signature; `null`: none is in force, or it was not signed. */
  readonly agreement: { readonly version: number; readonly signature: Fact | null } | null;
  /** The day by which its financial review was due, if that day has passed without one. */
  readonly reviewOverdueSince: string | null;
  /** What its last financial review wants changed, and when it said so; `null`: nothing. */
  readonly toAmend: { readonly what: string; readonly at: Instant } | null;
  /** Its action plan in force; `null`: none is approved. */
  readonly planned?: Planned | null;
  /** When what had stood in the way on the day was put right: nothing that rests on it was before. */
  readonly clearedAt: Readonly<Record<string, Instant | undefined>>;
}

/**
 * How a setting's part stands on a day. What tells against it counts as soon as it is known, also for what is told late; what
 * tells for it counts from when it happened.
 * @param history of the part, all of it that is known
 * @returns `null` if the setting was never enrolled
 */
export function standingOn(
  at: Instant,
  history: readonly RecordedEvent<ParticipationEvent>[],
  issued: AgreementState,
): PartStanding | null {
  const part = partOf(history);
  if (!('enrolment' in part)) return null;
  const onTheDay = partOf(history.filter(({ metadata }) => metadata.occurredAt <= at));
  const dueOn = reviewDueAfter(part);
  return {
    ended: isEnded(part) ? ENDED_IN_WORDS[part.status] : null,
    undecided: part.undecided.length > 0,
    failedChecks: failedChecks(part),
    agreement: agreementOn(at, history, issued),
    reviewOverdueSince: dueOn < dateInLondon(at) ? dueOn : null,
    toAmend: amendmentOf(part),
    clearedAt: 'enrolment' in onTheDay ? clearedSince(at, onTheDay, part) : {},
  };
}

function partOf(history: readonly RecordedEvent<ParticipationEvent>[]): ParticipationState {
  return history.reduce((state, event) => participation.evolve(state, event), participation.initial);
}

function reviewDueAfter({ review, enrolment }: Enrolment): string {
  return reviewDueOn(review?.fact.occurredAt ?? enrolment.occurredAt);
}

function amendmentOf({ review }: Enrolment): PartStanding['toAmend'] {
  if (review?.outcome !== 'amend') return null;
  return { what: review.amendment ?? '', at: review.fact.occurredAt };
}

function agreementOn(
  at: Instant,
  history: readonly RecordedEvent<ParticipationEvent>[],
  issued: AgreementState,
): PartStanding['agreement'] {
  const inForce = agreementInForce(issued, at);
  if (inForce === undefined) return null;
  const { version } = inForce;
  // The last signature may be of a later version than the day's.
  const signed = history.find(
    (event) => event.type === 'GrantAgreementSigned' && event.data.version === version,
  );
  return { version, signature: signed === undefined ? null : factOf(signed) };
}

/**
 * When what had stood in the way of paying a setting on a day was put right: a review that was late stops no payment.
 * @param history of its part, all of it that is known
 */
export function payableSince(
  at: Instant,
  history: readonly RecordedEvent<ParticipationEvent>[],
): PartStanding['clearedAt'] {
  const now = partOf(history);
  const then = partOf(history.filter(({ metadata }) => metadata.occurredAt <= at));
  return 'enrolment' in now && 'enrolment' in then ? checkedSince(then, now) : {};
}

function clearedSince(at: Instant, then: Enrolment, now: Enrolment): PartStanding['clearedAt'] {
  const reviewed = amendmentOf(then) !== null || reviewDueAfter(then) < dateInLondon(at);
  return {
    ...checkedSince(then, now),
    ...(reviewed && { 'its financial review': now.review?.fact.occurredAt }),
  };
}

function checkedSince(then: Enrolment, now: Enrolment): PartStanding['clearedAt'] {
  return {
    ...(then.undecided.length > 0 && { "the board's decision on its part": now.continuity?.fact.occurredAt }),
    ...(then.dueDiligence?.outcome === 'failed' && {
      'the due diligence that it passed': now.dueDiligence?.fact.occurredAt,
    }),
    ...(then.fraudRisk?.outcome === 'not-acceptable' && {
      'the fraud risk that was found acceptable': now.fraudRisk?.fact.occurredAt,
    }),
  };
}

interface Named {
  readonly programmeId: string;
  readonly settingName: string;
  readonly urn: string;
}

function wrong(code: string, message: string, { urn }: Named, details: Record<string, string> = {}): Refusal {
  return refusal(code, 'wrong-state', message, { urn, ...details });
}

/** A part that has ended takes up nothing any more; what was paid is settled, and the allocation closed. */
export function refuseEnded(named: Named, { ended }: Pick<PartStanding, 'ended'>): Refusal | undefined {
  if (ended === null) return undefined;
  const { settingName, urn } = named;
  return wrong(
    'ALLOCATION.PARTICIPATION_ENDED',
    `${settingName} (${urn}) ${ended}: nothing more of its allocation is accepted or paid; settle and close it`,
    named,
  );
}

/**
 * What an offer rested on holds until the money is paid: nothing is accepted, and no tranche signed for, while the part has ended
 * or the board has to decide on it, or once a check came out against the setting.
 */
export function refusePart(named: Named, standing: PartStanding | null): Refusal | undefined {
  const { programmeId, settingName, urn } = named;
  if (standing === null) return notEnrolled(programmeId, urn);
  const ended = refuseEnded(named, standing);
  if (ended !== undefined) return ended;
  if (standing.undecided) {
    return wrong(
      'ALLOCATION.CONTINUITY_UNDECIDED',
      `the register says that ${settingName} (${urn}) closed or has a successor: nothing more of its allocation is accepted or paid until the board has decided what becomes of its part`,
      named,
      { next: 'board' },
    );
  }
  if (standing.failedChecks.length === 0) return undefined;
  return wrong(
    'ALLOCATION.CHECKS_FAILED',
    `of ${settingName} (${urn}) ${standing.failedChecks.join('; ')}: nothing more of its allocation is accepted or paid until operations have checked it again, with another outcome; or a financial review discontinues its funding`,
    named,
    { next: 'operations' },
  );
}

/**
 * An acceptance rests on the grant agreement, signed in the version that is in force on the day. So does each release: once a new
 * version has come into force, the next tranche is released when the setting has signed that one too. It may be proposed and approved
 * meanwhile, and what was accepted and released under the version before stays so.
 * @param then what can be done once it is signed
 */
export function refuseUnsigned(
  named: Named,
  at: Instant,
  standing: PartStanding | null,
  then: string,
): Refusal | undefined {
  const { programmeId, settingName, urn } = named;
  const agreement = standing?.agreement ?? null;
  if (agreement === null) {
    return wrong(
      'ALLOCATION.AGREEMENT_NOT_ISSUED',
      `no grant agreement of programme ${programmeId} is in force on ${dateInLondon(at)}: operations issue one and ${settingName} (${urn}) signs it, then ${then}`,
      named,
      { next: 'operations' },
    );
  }
  const { version, signature } = agreement;
  if (signature !== null) return undefined;
  return refusal(
    'ALLOCATION.AGREEMENT_NOT_SIGNED',
    'wrong-state',
    `${settingName} (${urn}) has not signed version ${version} of the grant agreement, which is in force: a person of the setting signs it, then ${then}`,
    { urn, version, next: 'setting' },
  );
}

/** When the agreement was signed that an acceptance or a release rests on. */
export function signatureTime(standing: PartStanding | null): Record<string, Instant | undefined> {
  return { 'the signature of the grant agreement': standing?.agreement?.signature?.occurredAt };
}

/**
 * Nothing new is proposed, and nothing released, for a setting whose yearly review is late, or whose last review wants something
 * changed that no later review has found in order. An approval may be given meanwhile.
 * @param then what can be done once it is reviewed
 */
export function refuseReview(named: Named, standing: PartStanding | null, then: string): Refusal | undefined {
  const { settingName, urn } = named;
  const since = standing?.reviewOverdueSince ?? null;
  if (since !== null) {
    return wrong(
      'TRANCHE.REVIEW_OVERDUE',
      `the yearly financial review of ${settingName} (${urn}) was due by ${since}: operations complete it, then ${then}`,
      named,
      { dueOn: since, next: 'operations' },
    );
  }
  const { what, at } = standing?.toAmend ?? {};
  if (what === undefined || at === undefined) return undefined;
  return wrong(
    'TRANCHE.REVIEW_AMENDS',
    `the financial review of ${settingName} (${urn}) on ${dateInLondon(at)} wants this changed: ${what}; once it is, operations complete a review that continues the funding, then ${then}`,
    named,
    { amendment: what, next: 'operations' },
  );
}
