import type { CalendarDate, EventReference, Fact } from '#kernel';
import { instant } from '#testing';
import { wholeActions, type SubmittedActions } from './plan-rules.js';
import { actionPlanSubmitted } from './plan.events.js';
import type { SubmitActionPlanCommand } from './plan.js';

export const id = { programmeId: 'ipswich', urn: '124570' };
export const programme = {
  startsOn: '2023-09-01' as CalendarDate,
  endsOn: '2025-07-31' as CalendarDate,
};
export const auditEvent: EventReference = {
  eventId: '0b0e3a53-6d6a-5a53-9a53-0b0e3a536d6a',
  stream: 'audit-ipswich.124570.1',
  revision: '1',
  type: 'AuditCompleted',
};
export const audit: Fact & { needIds: string[]; groups: string[] } = {
  event: auditEvent,
  occurredAt: instant('2023-12-01'),
  needIds: ['phonics', 'maths'],
  groups: ['early-career-teachers', 'learning-support-staff', 'governors'],
};

export const action: SubmittedActions[number] = {
  actionId: 'phonics-training',
  needId: 'phonics',
  activity: 'Two days of phonics training',
  audience: 'Key stage 1 teachers',
  headcount: 6,
  costPence: 250_000,
  startsOn: '2024-02-01',
  endsOn: '2024-03-22',
  desiredOutcomes: ['Every lesson is taught to the scheme'],
};
export const second = { ...action, actionId: 'maths-coaching', needId: 'maths', costPence: 99 };

export const submit = (changes: object = {}) => ({
  type: 'SubmitActionPlan' as const,
  data: {
    ...id,
    audit,
    programme,
    allocated: null,
    actions: [action, second],
    ...changes,
  } as SubmitActionPlanCommand['data'],
});
export const submitted = (version = 1, actions: SubmittedActions = [action, second]) =>
  actionPlanSubmitted({
    ...id,
    version,
    audit: auditEvent,
    actions: wholeActions(actions),
    totalPence: actions.reduce((sum, { costPence }) => sum + costPence, 0),
  });
