import { defineProjection } from '#platform/read-store';
import type { RecordedEvent } from '#kernel';
import {
  settingEvents,
  type RegisterEntry,
  type SettingDetails,
  type Source,
} from '../../setting/setting.events.js';
import { afterFigure, type CurrentFigure, type FigureEvent } from '../../setting/current-figure.js';

/** A figure entered where the census has none, or a mistaken one. */
export type FteEvidence = Readonly<{
  /** To verify or reject it by. */
  entryId: string;
  fte: string;
  /** `YYYY-MM-DD` */
  countedOn: string;
  /** The id of the figure that it corrects, if it does. */
  corrects: string | null;
  document: { readonly name: string; readonly sha256: string };
  note: string;
  enteredBy: string;
  enteredAt: string;
  status: 'entered' | 'verified' | 'rejected';
  /** Who verified or rejected it, and when. */
  lookedAtBy: string | null;
  lookedAt: string | null;
  /** Why it was rejected. */
  reason: string | null;
}>;

/** A setting as the register and the census have it, as people look it up. */
export type SettingDocument = Readonly<
  SettingDetails & {
    /** Its URN. */
    id: string;
    /** The name in the order people expect: capitals count for nothing. */
    sortName: string;
    /** An exact decimal number of full-time equivalent teachers; `null` if it is not known. */
    fte: string | null;
    /** `x`, `c` or `z` if the census withholds it. */
    fteSuppressedAs: string | null;
    /** Where the census has it; `null` for what was entered from other evidence. */
    fteSource: Source | null;
    /** What the newest figure from other evidence came to; `null` while none was entered. */
    fteEvidence: FteEvidence | null;
    /** The event that says how many there are, and what it came in place of; `null` while none does. */
    figure: CurrentFigure | null;
    /** Whether it is known; `entered`: another figure waits for a second person, whatever counts until then. */
    fteStatus: 'known' | 'unknown' | 'entered';
    source: Source;
    registeredAt: string;
    /** Since when the register has its status as it is. */
    statusSince: string;
    changedAt: string;
    /** Of its stream. */
    revision: string;
  }
>;

const idOf = ({ data }: { data: { urn: string } }): string[] => [data.urn];

function entered(
  document: SettingDocument | null,
  { data, metadata, revision }: RecordedEvent<RegisterEntry>,
  id: string,
): SettingDocument {
  return {
    fte: null,
    fteSuppressedAs: null,
    fteSource: null,
    ...{ figure: null, fteEvidence: null, fteStatus: 'unknown' as const },
    registeredAt: metadata.occurredAt,
    ...document,
    ...data,
    id,
    sortName: sortNameOf(data.name),
    statusSince: document?.status === data.status ? document.statusSince : metadata.occurredAt,
    changedAt: metadata.occurredAt,
    revision: revision.toString(),
  };
}

/** What counts once the event is known, by the rule that money is worked out by. */
function withFigure(document: SettingDocument, event: FigureEvent): SettingDocument {
  const figure = afterFigure(document.figure, event);
  const { fte, suppressedAs: fteSuppressedAs, source: fteSource } = figure;
  return { ...document, figure, fte, fteSuppressedAs, fteSource, revision: event.revision.toString() };
}

function withStatus(document: SettingDocument): SettingDocument {
  const waits = document.fteEvidence?.status === 'entered';
  return { ...document, fteStatus: waits ? 'entered' : document.fte === null ? 'unknown' : 'known' };
}

export function sortNameOf(name: string): string {
  return name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

export const settingsProjection = defineProjection<SettingDocument>()({
  collection: {
    name: 'settings',
    version: 4,
    // Each way to search, ordered by name: an area (or none), and any of phase and status.
    indexes: {
      byName: ['sortName'],
      byFte: ['fteStatus', 'sortName'],
      byPhase: ['phase', 'sortName'],
      byStatus: ['status', 'sortName'],
      byPhaseStatus: ['phase', 'status', 'sortName'],
      byLa: ['laCode', 'sortName'],
      byLaPhase: ['laCode', 'phase', 'sortName'],
      byLaStatus: ['laCode', 'status', 'sortName'],
      byLaPhaseStatus: ['laCode', 'phase', 'status', 'sortName'],
      byDistrict: ['districtCode', 'sortName'],
      byDistrictPhase: ['districtCode', 'phase', 'sortName'],
      byDistrictStatus: ['districtCode', 'status', 'sortName'],
      byDistrictPhaseStatus: ['districtCode', 'phase', 'status', 'sortName'],
    },
  },
  of: settingEvents,
  when: {
    SettingRegistered: { touches: idOf, apply: entered },
    SettingDetailsChanged: { touches: idOf, apply: entered },
    WorkforceFigureRecorded: {
      touches: idOf,
      apply: (document, event) => document && withStatus(withFigure(document, event)),
    },
    WorkforceFigureEntered: {
      touches: idOf,
      apply: (document, { id: entryId, data: { urn: _, corrects, ...entry }, metadata, revision }) => {
        const by = { enteredBy: metadata.actor.subject, enteredAt: metadata.occurredAt };
        const looked = { status: 'entered', lookedAtBy: null, lookedAt: null, reason: null } as const;
        return (
          document &&
          withStatus({
            ...document,
            fteEvidence: { entryId, ...entry, corrects: corrects?.eventId ?? null, ...by, ...looked },
            revision: revision.toString(),
          })
        );
      },
    },
    WorkforceFigureVerified: {
      touches: idOf,
      apply: (document, event) => {
        if (document === null) return null;
        const { actor, occurredAt } = event.metadata;
        const looked = { status: 'verified', lookedAtBy: actor.subject, lookedAt: occurredAt } as const;
        const fteEvidence = document.fteEvidence && { ...document.fteEvidence, ...looked };
        return withStatus({ ...withFigure(document, event), fteEvidence });
      },
    },
    WorkforceFigureRejected: {
      touches: idOf,
      apply: (document, { data: { reason }, metadata, revision }) => {
        const by = { lookedAtBy: metadata.actor.subject, lookedAt: metadata.occurredAt };
        const looked = { status: 'rejected', ...by, reason } as const;
        return (
          document &&
          withStatus({
            ...document,
            fteEvidence: document.fteEvidence && { ...document.fteEvidence, ...looked },
            revision: revision.toString(),
          })
        );
      },
    },
  },
  ignores: ['SuccessorsNamed'],
});
