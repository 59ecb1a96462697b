import { counted, formatPence } from '#kernel';
import { NOTHING_FURTHER, type StepOf } from './step.js';

/** What becomes of the money of a fund, beside what is set aside and committed. */
export const fundSteps: {
  readonly [
    T in
      | 'ReservationReleased'
      | 'CommitmentReduced'
      | 'AllocationRoundReconciled'
      | 'FundBudgetRaised'
      | 'FundBudgetLowered'
      | 'FundClosed'
  ]: StepOf<T>;
} = {
  ReservationReleased: ({ data: { amountPence, urn, reason, evidence } }, trail) => ({
    says: `${formatPence(amountPence)} that was set aside for setting ${urn} went back to the fund: ${reason}`,
    because: evidence === null ? NOTHING_FURTHER : trail.all(evidence),
  }),
  CommitmentReduced: ({ data: { amountPence, urn, closure } }, trail) => ({
    says: `${formatPence(amountPence)} that was committed to setting ${urn} went back to the fund`,
    because: trail.all(closure),
  }),
  AllocationRoundReconciled: (event, trail, history) => {
    const { round, offered, notOffered, freedPence } = event.data;
    const sums = `: ${counted(offered, 'offer')} made, ${notOffered} found impossible, ${formatPence(freedPence)} free again`;
    return {
      says: `Allocation round ${round} was reconciled${trail.tellsSums ? sums : ''}`,
      because: trail.before(
        event,
        history,
        'AllocationRoundAdopted',
        ({ data }) => data.round === event.data.round,
      ),
    };
  },
  FundBudgetRaised: ({ data: { fromPence, budgetPence, reason } }) => ({
    says: `The budget was raised from ${formatPence(fromPence)} to ${formatPence(budgetPence)}: ${reason}`,
    because: NOTHING_FURTHER,
  }),
  FundBudgetLowered: ({ data: { fromPence, budgetPence, reason } }) => ({
    says: `The budget was lowered from ${formatPence(fromPence)} to ${formatPence(budgetPence)}: ${reason}`,
    because: NOTHING_FURTHER,
  }),
  FundClosed: ({ data: { reason } }) => ({
    says: `The fund was closed: ${reason}`,
    because: NOTHING_FURTHER,
  }),
};

/** Who answers for a programme, by which rules, and how it ends. */
export const programmeSteps: {
  readonly [
    T in
      | 'SeniorOwnerAppointed'
      | 'ProgrammeBoardNamed'
      | 'FundingRulesSet'
      | 'ServiceStandardsSet'
      | 'ApprovalDelegated'
      | 'ApprovalDelegationEnded'
      | 'ProgrammeVersionWithdrawn'
      | 'ProgrammeClosed'
  ]: StepOf<T>;
} = {
  SeniorOwnerAppointed: ({ data: { subject, effectiveOn } }) => ({
    says: `From ${effectiveOn} on, ${subject} answers for the programme`,
    because: NOTHING_FURTHER,
  }),
  ProgrammeBoardNamed: ({ data: { members, effectiveOn } }) => ({
    says: `From ${effectiveOn} on, the board of the programme is ${members.join(', ')}`,
    because: NOTHING_FURTHER,
  }),
  FundingRulesSet: ({ data: { version, effectiveOn, reason } }) => ({
    says: `Version ${version} of the funding rules, in force from ${effectiveOn}, was decided (${reason})`,
    because: NOTHING_FURTHER,
  }),
  ServiceStandardsSet: ({ data: { version, effectiveOn, reason } }) => ({
    says: `Version ${version} of the days within which each desk does what waits for it, in force from ${effectiveOn}, was decided (${reason})`,
    because: NOTHING_FURTHER,
  }),
  ApprovalDelegated: ({ data: { delegation, from, to, startsOn, endsOn } }) => ({
    says: `Delegation ${delegation}: ${to.subject} may approve on behalf of ${from.subject} from ${startsOn} to ${endsOn}`,
    because: NOTHING_FURTHER,
  }),
  ApprovalDelegationEnded: (event, trail, history) => ({
    says: `Delegation ${event.data.delegation} was taken back (${event.data.reason})`,
    because: trail.before(
      event,
      history,
      'ApprovalDelegated',
      ({ data }) => data.delegation === event.data.delegation,
    ),
  }),
  ProgrammeVersionWithdrawn: ({ data: { what, version, reason } }) => ({
    says: `Version ${version} of the ${what.replaceAll('-', ' ')} was withdrawn before it was in force (${reason})`,
    because: NOTHING_FURTHER,
  }),
  ProgrammeClosed: ({ data: { reason } }) => ({
    says: `The programme was closed (${reason})`,
    because: NOTHING_FURTHER,
  }),
};
