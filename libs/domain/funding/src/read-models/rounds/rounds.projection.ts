import { participationId, type Pence } from '#kernel';
import { defineProjection } from '#platform/read-store';
import { allocationOffered, allocationRevised, offerAbandoned } from '../../allocation/allocation.events.js';
import { allocationRoundAdopted, allocationRoundReconciled } from '../../fund/fund.events.js';
import { partOfRound } from '../../round/round-reservation.js';

/** An allocation round as people follow it. */
export type RoundDocument = Readonly<{
  /** `<programme>.<round>` */
  id: string;
  programmeId: string;
  round: number;
  status: 'offering' | 'reconciled';
  hash: string;
  policyVersion: number;
  adoptedAt: string;
  /** Subject of who adopted it. */
  adoptedBy: string;
  /** How many settings the round has money for, and how many of them have their offer. */
  settings: number;
  offered: number;
  totalPence: Pence;
  /** What the round had set aside for the offers made; some of them were revised since, to what the ledger says. */
  offeredPence: Pence;
  revised: number;
  /** How many of them will not have one; why, and with how much, is known once the round is reconciled. */
  notOffered: number;
  reasons: readonly { readonly urn: string; readonly amountPence: Pence; readonly reason: string }[];
  freedPence: Pence;
}>;

const idOf = (programmeId: string, round: number): string => participationId(programmeId, String(round));

export const rounds = defineProjection<RoundDocument>()({
  collection: { name: 'rounds', version: 3, indexes: { byProgramme: ['programmeId', 'round'] } },
  of: [
    allocationRoundAdopted,
    allocationRoundReconciled,
    allocationOffered,
    allocationRevised,
    offerAbandoned,
  ],
  when: {
    AllocationRoundAdopted: {
      touches: ({ data }) => [idOf(data.programmeId, data.round)],
      apply: (_, { data, metadata }, id) => ({
        ...{ id, programmeId: data.programmeId, round: data.round, status: 'offering', hash: data.hash },
        ...{ policyVersion: data.policy.version, adoptedAt: metadata.occurredAt },
        ...{ adoptedBy: metadata.actor.subject, settings: data.settings, totalPence: data.totalPence },
        ...{ offered: 0, offeredPence: 0, revised: 0, notOffered: 0, reasons: [], freedPence: 0 },
      }),
    },
    AllocationOffered: {
      touches: ({ data }) => (data.round === null ? [] : [idOf(data.programmeId, data.round.number)]),
      apply: (document, { data }) =>
        document && {
          ...document,
          offered: document.offered + 1,
          offeredPence: document.offeredPence + data.amountPence,
        },
    },
    AllocationRevised: {
      touches: ({ data }) => {
        const part = partOfRound(data.reservationId);
        return part === undefined || data.revision > 1 ? [] : [idOf(data.programmeId, part.round)];
      },
      apply: (document) => document && { ...document, revised: document.revised + 1 },
    },
    OfferAbandoned: {
      touches: ({ data }) => {
        const part = partOfRound(data.reservationId);
        return part === undefined ? [] : [idOf(data.programmeId, part.round)];
      },
      apply: (document) => document && { ...document, notOffered: document.notOffered + 1 },
    },
    AllocationRoundReconciled: {
      touches: ({ data }) => [idOf(data.programmeId, data.round)],
      apply: (document, { data: { notOffered, reasons, freedPence } }) =>
        document && { ...document, status: 'reconciled', notOffered, reasons, freedPence },
    },
  },
  ignores: [],
});
