import { defineProjection } from '#platform/read-store';
import type { RecordedEvent } from '#kernel';
import {
  settingEvents,
  type RegisterEntry,
  type SettingDetails,
  type Source,
} from '../../setting/setting.events.js';

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
    fteSource: Source | null;
    source: Source;
    registeredAt: string;
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
    registeredAt: metadata.occurredAt,
    ...document,
    ...data,
    id,
    sortName: sortNameOf(data.name),
    changedAt: metadata.occurredAt,
    revision: revision.toString(),
  };
}

export function sortNameOf(name: string): string {
  return name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

export const settingsProjection = defineProjection<SettingDocument>()({
  collection: {
    name: 'settings',
    version: 1,
    // Each way to search, ordered by name: an area (or none), and any of phase and status.
    indexes: {
      byName: ['sortName'],
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
      apply: (document, { data, revision }) =>
        document && {
          ...document,
          fte: data.fte,
          fteSuppressedAs: data.suppressedAs,
          fteSource: data.source,
          revision: revision.toString(),
        },
    },
  },
  ignores: ['SuccessorsNamed'],
});
