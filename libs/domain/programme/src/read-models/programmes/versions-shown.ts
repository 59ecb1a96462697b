import type { EventOf, RecordedEvent } from '#kernel';
import type { programmeVersionWithdrawn } from '../../programme/programme.events.js';
import type { ProgrammeDocument } from './programmes.projection.js';

/** That a version was taken back before it took force: it stays in its list, and is never in force. */
export type WithdrawnShown = Readonly<{ at: string; by: string; reason: string }>;

type Withdrawal = RecordedEvent<EventOf<typeof programmeVersionWithdrawn>>;

export function withWithdrawn(document: ProgrammeDocument, event: Withdrawal): ProgrammeDocument {
  const { what, version, reason } = event.data;
  const withdrawn: WithdrawnShown = {
    ...{ at: event.metadata.occurredAt, by: event.metadata.actor.subject, reason },
  };
  const marked = <V extends { readonly version: number }>(all: readonly V[]): readonly V[] =>
    all.map((one) => (one.version === version ? { ...one, withdrawn } : one));
  switch (what) {
    case 'allocation-policy': {
      const policyVersions = document.policyVersions.map((one) =>
        one.policy.version === version ? { ...one, withdrawn } : one,
      );
      return { ...document, policyVersions };
    }
    case 'tranche-schedule':
      return { ...document, trancheSchedules: marked(document.trancheSchedules) };
    case 'report-windows':
      return { ...document, reportWindowVersions: marked(document.reportWindowVersions) };
    case 'funding-rules':
      return { ...document, fundingRules: marked(document.fundingRules) };
    case 'service-standards':
      return { ...document, serviceStandards: marked(document.serviceStandards) };
    case 'senior-owner':
      return { ...document, seniorOwners: marked(document.seniorOwners) };
    case 'board':
      return { ...document, boards: marked(document.boards) };
    default:
      what satisfies never;
      return document;
  }
}
