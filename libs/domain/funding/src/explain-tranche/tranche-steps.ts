import { formatPence } from '#kernel';
import { conditionInWords } from '../allocation/conditions.js';
import { NOTHING_FURTHER, type Named, type StepOf } from './step.js';

/** What is done to one tranche. */
type OfTranche =
  | 'TrancheProposed'
  | 'TrancheApproved'
  | 'TrancheReleased'
  | 'TrancheProposalRefused'
  | 'TrancheProposalWithdrawn'
  | 'TrancheApprovalRevoked'
  | 'TrancheHeld'
  | 'TrancheResumed'
  | 'TrancheReleaseReversed'
  | 'TranchePaymentReversed';

function trancheInWords({ number, amountPence, urn }: Named<OfTranche>['data']): string {
  return `tranche ${number} of setting ${urn}, ${formatPence(amountPence)},`;
}

export const trancheSteps: { readonly [T in OfTranche | 'ConditionRevoked']: StepOf<T> } = {
  ConditionRevoked: ({ data: { condition, reason, evidence } }, trail) => ({
    says: `The condition that ${conditionInWords(condition)} was recorded as met no more: ${reason}`,
    because: trail.all(evidence),
  }),
  TrancheProposed: (event) => ({
    says: `That ${trancheInWords(event.data)} be paid was proposed`,
    because: NOTHING_FURTHER,
  }),
  TrancheApproved: (event, trail, history) => ({
    says: `That ${trancheInWords(event.data)} be paid was approved`,
    because: trail.before(event, history, 'TrancheProposed', ofTranche(event.data)),
  }),
  TrancheReleased: (event, trail, history) => ({
    says: `That ${trancheInWords(event.data)} be paid was released`,
    because: trail.before(event, history, 'TrancheApproved', ofTranche(event.data)),
  }),
  TrancheProposalRefused: ({ data }) => ({
    says: `The proposal that ${trancheInWords(data)} be paid was refused: ${data.reason}`,
    because: NOTHING_FURTHER,
  }),
  TrancheProposalWithdrawn: ({ data }) => ({
    says: `The proposal that ${trancheInWords(data)} be paid was withdrawn: ${data.reason}`,
    because: NOTHING_FURTHER,
  }),
  TrancheApprovalRevoked: ({ data }) => ({
    says: `The approval that ${trancheInWords(data)} be paid was revoked: ${data.reason}`,
    because: NOTHING_FURTHER,
  }),
  TrancheHeld: ({ data }) => ({
    says: `It was decided to hold ${trancheInWords(data)} for the time being: ${data.reason}`,
    because: NOTHING_FURTHER,
  }),
  TrancheResumed: ({ data }) => ({
    says: `It was decided that ${trancheInWords(data)} goes on: ${data.reason}`,
    because: NOTHING_FURTHER,
  }),
  TrancheReleaseReversed: ({ data }, trail) => ({
    says: `The release of ${trancheInWords(data)} was reversed: ${data.reason}`,
    because: trail.all(data.reverses),
  }),
  TranchePaymentReversed: ({ data }) => ({
    says: `The payment of ${trancheInWords(data)} was reversed: ${data.reason}`,
    because: NOTHING_FURTHER,
  }),
};

function ofTranche({ number }: { readonly number: number }) {
  return ({ data }: { readonly data: { readonly number: number } }): boolean => data.number === number;
}
