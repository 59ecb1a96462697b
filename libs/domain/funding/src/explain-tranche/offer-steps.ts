import type { AllocationPolicy } from '#domain/programme';
import { counted, formatPence, participationId, sumPence } from '#kernel';
import type { CarriedOver } from '../allocation/allocation.events.js';
import { conditionInWords } from '../allocation/conditions.js';
import { penceForATeacher } from '../round/round-rate.js';
import type { Explanation } from './explanation.js';
import { NOTHING_FURTHER, type Named, type StepOf, type TrailEvent } from './step.js';
import { isScheduleOf } from './terms-in-words.js';
import type { Trail } from './trail.js';

/** What an offer and its money rest on. */
export const moneySteps: {
  readonly [
    T in
      | 'FundOpened'
      | 'FundsReserved'
      | 'CommitmentConfirmed'
      | 'CommitmentCarriedOver'
      | 'CommitmentRestored'
      | 'ReservationRaised'
      | 'ReservationLowered'
      | 'AllocationRoundAdopted'
  ]: StepOf<T>;
} = {
  FundOpened: ({ data }) => ({
    says: `The fund was opened with ${formatPence(data.budgetPence)}`,
    because: NOTHING_FURTHER,
  }),
  FundsReserved: (event, trail, history) => ({
    says: `${formatPence(event.data.amountPence)} was set aside in the fund`,
    because: trail.before(event, history, 'FundOpened'),
  }),
  AllocationRoundAdopted: (event, trail, history) => {
    const { round, settings, totalPence, leftPence, hash, programme } = event.data;
    const sums = `: ${formatPence(totalPence)} for ${counted(settings, 'setting')}, ${formatPence(leftPence)} left`;
    return {
      says: `Allocation round ${round} was adopted${trail.tellsSums ? sums : ''}, worked out from inputs with the hash ${hash}`,
      because: trail
        .all(programme)
        .then(async (policy) => [...policy, ...(await trail.before(event, history, 'FundOpened'))]),
    };
  },
  ReservationRaised: ({ data }) => ({
    says: `${formatPence(data.amountPence)} more was set aside in the fund`,
    because: NOTHING_FURTHER,
  }),
  ReservationLowered: ({ data }) => ({
    says: `${formatPence(data.amountPence)} went back to the fund: ${data.reason}`,
    because: NOTHING_FURTHER,
  }),
  CommitmentCarriedOver: ({ data: { urn, carried } }) => ({
    says: `${formatPence(carried.amountPence)} that setting ${urn} had not drawn was kept for setting ${carried.urn} in the fund`,
    because: NOTHING_FURTHER,
  }),
  CommitmentRestored: ({ data }, trail) => ({
    says: `The fund committed ${formatPence(data.amountPence)} again, as a receipt of the closed allocation was being reversed`,
    because: trail.all(data.reverses),
  }),
  CommitmentConfirmed: ({ data }) => ({
    says: `The fund committed ${formatPence(data.amountPence)}`,
    because: NOTHING_FURTHER,
  }),
};

export const offerSteps: {
  readonly [
    T in 'ConditionMet' | 'OfferAccepted' | 'AllocationOffered' | 'AllocationRevised' | 'AllocationClosed'
  ]: StepOf<T>;
} = {
  ConditionMet: ({ data }, trail) => ({
    says: `The condition that ${conditionInWords(data.condition)} was recorded as met`,
    because: trail.all(data.evidence),
  }),
  OfferAccepted: (event, trail, history) => ({
    says: `The offer of ${formatPence(event.data.amountPence)} was accepted`,
    because: Promise.all([
      trail.before(event, history, 'AllocationOffered'),
      trail.before(event, history, 'AllocationRevised'),
      event.data.signature === null ? [] : trail.all(event.data.signature),
    ]).then((grounds) => grounds.flat()),
  }),
  AllocationOffered: (event, trail) => ({
    says: offerSays(event.data),
    because: groundsOfOffer(event, trail),
  }),
  AllocationClosed: (event, trail, history) => ({
    says: closureSays(event.data),
    because: trail.before(event, history, 'OfferAccepted'),
  }),
  AllocationRevised: (event, trail, history) => ({
    says: revisionSays(event.data),
    because: groundsOfRevision(event, trail, history),
  }),
};

/** Money that came back, and on what it does. */
export const moneyBackSteps: {
  readonly [
    T in
      | 'ReclaimProposed'
      | 'ReclaimApproved'
      | 'ReclaimWithdrawn'
      | 'ReclaimReceived'
      | 'UnderspendReturned'
      | 'ReceiptReversed'
  ]: StepOf<T>;
} = {
  ReclaimProposed: ({ data: { reclaim, number, amountPence, reason } }) => ({
    says: `Reclaim ${reclaim}, of ${formatPence(amountPence)} of tranche ${number}, was proposed: ${reason}`,
    because: NOTHING_FURTHER,
  }),
  ReclaimApproved: (event, trail, history) => ({
    says: `Reclaim ${event.data.reclaim} was approved by another person`,
    because: trail.before(event, history, 'ReclaimProposed', ofReclaim(event.data)),
  }),
  ReclaimWithdrawn: (event, trail, history) => ({
    says: `What was still owed of reclaim ${event.data.reclaim} was ${WITHDRAWN[event.data.outcome ?? 'unsaid']}: ${event.data.reason}`,
    because: trail.before(event, history, 'ReclaimProposed', ofReclaim(event.data)),
  }),
  ReclaimReceived: (event, trail, history) => {
    const { reclaim, amountPence, reference } = event.data;
    return {
      says: `${formatPence(amountPence)} came in for reclaim ${reclaim}, with reference ${reference}`,
      because: trail.before(event, history, 'ReclaimApproved', ofReclaim(event.data)),
    };
  },
  UnderspendReturned: ({ data: { number, amountPence, reference, reason } }) => ({
    says: `${formatPence(amountPence)} of tranche ${number} was returned, with reference ${reference}: ${reason}`,
    because: NOTHING_FURTHER,
  }),
  ReceiptReversed: ({ data: { receipt, reason, reverses } }, trail) => ({
    says: `Receipt ${receipt} was reversed: ${reason}`,
    because: trail.all(reverses),
  }),
};

const WITHDRAWN = {
  mistake: 'asked for by mistake, and is still to be accounted for',
  'let-go': 'let go of',
  unsaid: 'not asked for any more',
} as const;

function ofReclaim({ reclaim }: { readonly reclaim: number }) {
  return ({ data }: { readonly data: { readonly reclaim: number } }): boolean => data.reclaim === reclaim;
}

function closureSays({
  urn,
  reason,
  undrawn,
  carriedTo,
  costPence,
}: Named<'AllocationClosed'>['data']): string {
  const undrawnPence = sumPence(undrawn);
  const goes = carriedTo === null ? 'went back to the fund' : `was kept for setting ${carriedTo}`;
  const rest = undrawnPence === 0 ? '' : `, and the ${formatPence(undrawnPence)} never drawn ${goes}`;
  return `The allocation of setting ${urn} was closed (${reason}): it came to ${formatPence(costPence)}${rest}`;
}

function revisionSays(data: Named<'AllocationRevised'>['data']): string {
  const { policy, fte, unclampedPence, duePence, fromPence, amountPence, reason, rate } = data;
  const each = policy.kind === 'rate-per-fte' ? policy.ratePencePerFte : rate && penceForATeacher(rate);
  const at = each === null ? 'the rate' : `${rate === null ? '' : 'about '}${formatPence(each)}`;
  const tooMuch =
    amountPence > duePence ? `; ${formatPence(duePence)} is due, and more was released before` : '';
  return (
    `The allocation was revised from ${formatPence(fromPence)} to ${formatPence(amountPence)} (${reason}): ${fte} full-time equivalent ` +
    `teachers at ${at} each come to ${formatPence(unclampedPence)}; by version ${policy.version} of the policy, ${limitsOf(policy)}${tooMuch}`
  );
}

/** What it corrects is explained where the acceptance is; here are what it rests on itself, and the revision before. */
async function groundsOfRevision(
  event: Named<'AllocationRevised'>,
  trail: Trail,
  history: readonly TrailEvent[],
): Promise<readonly Explanation[]> {
  const { programmeId, programme, figure, revisionId } = event.data;
  return [
    ...(await trail.all(programme, figure)),
    ...(await trail.before(event, history, 'AllocationRevised')),
    ...(await trail.where(
      `fund-${programmeId}`,
      (one) => one.type === 'ReservationRaised' && one.data.revisionId === revisionId,
    )),
  ];
}

function limitsOf({ floorPence, capPence }: AllocationPolicy): string {
  return `not below ${formatPence(floorPence)} nor above ${formatPence(capPence)}`;
}

function offerSays(data: Named<'AllocationOffered'>['data']): string {
  const { policy, fte, unclampedPence, amountPence, urn, settingName, round } = data;
  const parts = data.tranches.map((tranche) => formatPence(tranche.amountPence)).join(' + ');
  if (data.carriedOver !== null) return carriedOverSays(data, data.carriedOver, parts);
  return (
    `${settingName} (${urn}) was offered ${formatPence(amountPence)} (${parts}): ${fte} full-time equivalent teachers ` +
    `at ${rateOfOffer(policy, round)} each come to ${formatPence(unclampedPence)}; by version ${policy.version} of the policy, ${limitsOf(policy)}${pennyOfRound(data)}`
  );
}

function carriedOverSays(
  { settingName, urn, amountPence }: Named<'AllocationOffered'>['data'],
  { from, metBefore }: CarriedOver,
  parts: string,
): string {
  const before = metBefore.map(({ condition }) => conditionInWords(condition)).join('; ');
  const met = before === '' ? '' : `; of ${from.settingName} it holds already: ${before}`;
  return (
    `${settingName} (${urn}) was offered ${formatPence(amountPence)} (${parts}): what ${from.settingName} (${from.urn}), ` +
    `whose part it took over, had not drawn${met}`
  );
}

function rateOfOffer(policy: AllocationPolicy, round: Named<'AllocationOffered'>['data']['round']): string {
  if (policy.kind === 'rate-per-fte') return formatPence(policy.ratePencePerFte);
  // A fraction of a penny: what is shown is cut off, and the event has it exactly.
  const rate = round?.rate ?? null;
  const shown = rate === null ? 'the rate' : `about ${formatPence(penceForATeacher(rate))}`;
  return round === null ? shown : `${shown} (what round ${round.number} came to)`;
}

function pennyOfRound({ remainderPence }: Named<'AllocationOffered'>['data']): string {
  return remainderPence === 0 ? '' : ', and one of the pennies that were left over';
}

const BEFORE_AN_OFFER: ReadonlySet<string> = new Set([
  'SettingEnrolled',
  'PartTakenOver',
  'DueDiligenceCompleted',
  'FraudRiskAssessed',
]);

async function groundsOfOffer(
  { data, metadata: { occurredAt } }: Named<'AllocationOffered'>,
  trail: Trail,
): Promise<readonly Explanation[]> {
  const { programmeId, urn, reservationId, programme, figure, round, carriedOver } = data;
  const enrolment = `participation-${participationId(programmeId, urn)}`;
  return [
    ...(await (carriedOver === null
      ? trail.all(programme, figure, ...(round === null ? [] : [round.adoption]))
      : trail.all(carriedOver.closure, ...carriedOver.metBefore.map(({ evidence }) => evidence)))),
    ...(await trail.lastWhere(
      `programme-${programmeId}`,
      (event) => event.type === 'TrancheScheduleReplaced' && isScheduleOf(event.data, data, occurredAt),
    )),
    ...(await trail.where(
      enrolment,
      ({ type, metadata }) => BEFORE_AN_OFFER.has(type) && metadata.occurredAt <= occurredAt,
    )),
    ...(await trail.where(
      `fund-${programmeId}`,
      (event) =>
        ((event.type === 'FundsReserved' || event.type === 'CommitmentConfirmed') &&
          event.data.reservationId === reservationId) ||
        (event.type === 'CommitmentCarriedOver' && event.data.carried.reservationId === reservationId),
    )),
  ];
}
