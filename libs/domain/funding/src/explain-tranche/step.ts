import type { AuditEvent } from '#domain/audits';
import type { PlanEvent } from '#domain/plans';
import type { ParticipationEvent, ProgrammeEvent } from '#domain/programme';
import type { ReportEvent } from '#domain/reporting';
import type { SettingEvent } from '#domain/settings';
import type { RecordedEvent } from '#kernel';
import type { AllocationEvent } from '../allocation/allocation.events.js';
import type { FundEvent } from '../fund/fund.events.js';
import type { Explanation } from './explanation.js';
import type { Trail } from './trail.js';

/** Every event that may stand on the way from a release to the files. */
export type TrailEvent = RecordedEvent<
  | ProgrammeEvent
  | ParticipationEvent
  | SettingEvent
  | AuditEvent
  | PlanEvent
  | ReportEvent
  | FundEvent
  | AllocationEvent
>;
export type Named<T extends TrailEvent['type']> = Extract<TrailEvent, { readonly type: T }>;

/** What an event says in the explanation, and what it rests on. */
export interface Step {
  readonly says: string;
  readonly because: readonly Explanation[] | Promise<readonly Explanation[]>;
}
export type StepOf<T extends TrailEvent['type']> = (
  event: Named<T>,
  trail: Trail,
  /** Of its stream, up to it or further. */
  history: readonly TrailEvent[],
) => Step;

export const NOTHING_FURTHER: readonly Explanation[] = [];
