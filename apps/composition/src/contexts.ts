import type { EventDefinition } from '#kernel';
import type { Policy } from '#platform/jobs';
import type { AnyProjection } from '#platform/read-store';
import type { Type } from '@nestjs/common';
import { auditEvents, AuditsModule, auditsProjections, instrumentEvents } from '#domain/audits';
import {
  EvaluationModule,
  evaluationPolicies,
  evaluationProjections,
  snapshotEvents,
} from '#domain/evaluation';
import { payeeEvents, paymentsEvents, PaymentsModule, paymentsProjections } from '#domain/payments';
import { planEvents, PlansModule, plansProjections } from '#domain/plans';
import {
  agreementEvents,
  participationEvents,
  programmeEvents,
  ProgrammeModule,
  programmePolicies,
  programmeProjections,
} from '#domain/programme';
import {
  reminderEvents,
  reportEvents,
  ReportingModule,
  reportingPolicies,
  reportingProjections,
} from '#domain/reporting';

import { settingEvents, SettingsModule, settingsPolicies, settingsProjections } from '#domain/settings';
import {
  allocationEvents,
  fundEvents,
  FundingModule,
  fundingPolicies,
  fundingProjections,
} from '#domain/funding';
import { BulkModule } from '#domain/bulk';
import { WorkListsModule } from '#domain/work-lists';

/** What a domain context brings to the program. */
export interface DomainContext {
  readonly name: string;
  readonly module: Type;
  readonly events: readonly EventDefinition[];
  readonly projections: readonly AnyProjection[];
  readonly policies: readonly Policy[];
}

/** All of them: what is not listed here does not exist in any process. */
export const contexts: readonly DomainContext[] = [
  {
    name: 'programme',
    module: ProgrammeModule,
    events: [...programmeEvents, ...participationEvents, ...agreementEvents],
    projections: programmeProjections,
    policies: programmePolicies,
  },
  {
    name: 'settings',
    module: SettingsModule,
    events: settingEvents,
    projections: settingsProjections,
    policies: settingsPolicies,
  },
  {
    name: 'audits',
    module: AuditsModule,
    events: [...auditEvents, ...instrumentEvents],
    projections: auditsProjections,
    policies: [],
  },
  { name: 'plans', module: PlansModule, events: planEvents, projections: plansProjections, policies: [] },
  {
    name: 'funding',
    module: FundingModule,
    events: [...fundEvents, ...allocationEvents],
    projections: fundingProjections,
    policies: fundingPolicies,
  },
  {
    name: 'payments',
    module: PaymentsModule,
    events: [...payeeEvents, ...paymentsEvents],
    projections: paymentsProjections,
    policies: [],
  },
  {
    name: 'reporting',
    module: ReportingModule,
    events: [...reportEvents, ...reminderEvents],
    projections: reportingProjections,
    policies: reportingPolicies,
  },
  {
    name: 'evaluation',
    module: EvaluationModule,
    events: snapshotEvents,
    projections: evaluationProjections,
    policies: evaluationPolicies,
  },
  // It has no events of its own: it gathers what the read models of the others say.
  { name: 'work-lists', module: WorkListsModule, events: [], projections: [], policies: [] },
  // Nor has this: it gives the commands of the others, many at once.
  { name: 'bulk', module: BulkModule, events: [], projections: [], policies: [] },
];

export const eventDefinitions = contexts.flatMap(({ events }) => events);
export const projections = contexts.flatMap((context) => context.projections);
export const policies = contexts.flatMap((context) => context.policies);

const names = projections.map(({ collection }) => collection.name);
const twice = names.find((name, index) => names.indexOf(name) !== index);
if (twice !== undefined) throw new Error(`two projections write the collection '${twice}'`);

export function projectionOf(collection: string): AnyProjection | undefined {
  return projections.find((projection) => projection.collection.name === collection);
}
