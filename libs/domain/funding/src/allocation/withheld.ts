import { ENDED_IN_WORDS, failedChecks, type ParticipationState } from '#domain/programme';
import type { AllocationState } from './allocation-state.js';
import { askedPence, backPence } from './money-back-state.js';
import { endedUnpaid } from './part-standing.js';

type Standing = Exclude<AllocationState, { status: 'none' }>;

/** Why a tranche that is released is not paid, or not a second time should its payment fail; `null`: it would be. */
export function whyWithheld(allocated: Standing, number: number, part: ParticipationState): string | null {
  return ofTranche(allocated, number) ?? ofPart(part);
}

/** Why nothing is paid to a setting for now, or any more, and who can change that; `null`: it is. */
function ofPart(part: ParticipationState): string | null {
  if (!('enrolment' in part)) return null;
  const ended = endedUnpaid(part);
  if (ended !== undefined) return `the setting ${ENDED_IN_WORDS[ended.status]}`;
  if (part.undecided.length > 0) {
    return 'the register says that the setting closed or has a successor: the board has to decide what becomes of its part';
  }
  const failed = failedChecks(part);
  if (failed.length === 0) return null;
  return `${failed.join('; ')}: operations have to check the setting again, with another outcome`;
}

/** A payment that is reversed, after money of it came back or its allocation was closed, is for people to sort out. */
function ofTranche({ status, moneyBack }: Standing, number: number): string | null {
  if (status === 'closed') return 'its allocation is closed';
  const { reclaimedPence, returnedPence } = backPence(moneyBack, number);
  return reclaimedPence + returnedPence + askedPence(moneyBack, number) === 0
    ? null
    : 'money of it has come back or is asked back';
}
