import type { ProgrammeEvent } from '#domain/programme';
import { dateInLondon, type Instant } from '#kernel';
import { Equal } from 'typebox/value';
import type { AllocationEvent } from '../allocation/allocation.events.js';

type Schedule = Extract<ProgrammeEvent, { type: 'TrancheScheduleReplaced' }>['data'];
type Windows = Extract<ProgrammeEvent, { type: 'ReportWindowsReplaced' }>['data'];
type Offered = Extract<AllocationEvent, { type: 'AllocationOffered' }>['data'];

export function scheduleInWords({ version, tranches, effectiveOn, reason }: Schedule): string {
  const shares = tranches.map(
    ({ number, shareBasisPoints }) => `tranche ${number} is ${shareBasisPoints / 100}%`,
  );
  return `Version ${version} of the tranche schedule, in force from ${effectiveOn}, was decided (${reason}): ${shares.join(', ')}`;
}

export function windowsInWords({ version, reportWindows, effectiveOn, reason }: Windows): string {
  const due = reportWindows.map(({ dueOn }) => dueOn);
  return `Version ${version} of the report windows, in force from ${effectiveOn}, was decided (${reason}): reports due ${due.join(', ')}`;
}

/** Whether an offer is paid by a version of the tranche schedule: in force by then, and the same tranches. */
export function isScheduleOf(schedule: Schedule, offer: Offered, at: Instant): boolean {
  const offered = offer.tranches.map(({ amountPence: _, ...terms }) => terms);
  return schedule.effectiveOn <= dateInLondon(at) && Equal(schedule.tranches, offered);
}
