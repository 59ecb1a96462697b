import { acceptedSpend } from '../../allocation/accounted.js';
import type { SettledTranche } from '../../allocation/money-back-rules.js';
import { settledIn } from '../../allocation/read-settled/settled-tranches.js';
import { Answering } from '../../allocation/who-answers.js';
import type { Taker } from '../../outstanding/outstanding-lines.js';
import type { Around } from './around.js';

// What `accounts-of.ts` reads from the streams for who decides, from the read models for who is shown what waits.

/** What the bank has paid of a setting's allocation. */
export function paidAround(urn: string, { paid, allocationOf }: Around): readonly SettledTranche[] {
  return settledIn(paid, allocationOf(urn));
}

const worked = new WeakMap<Around, Answering>();

/** Who answers for what was paid in a programme, as its read models have it. */
export function answeringAround(around: Around): Answering {
  const known = worked.get(around);
  if (known !== undefined) return known;
  const takers = takersAround(around);
  const answering = new Answering(
    around.participations.map(({ urn, part }) => {
      const reports = around.setting(urn).reports.toSorted((a, b) => a.window - b.window);
      return {
        ...{ urn, allocation: around.allocationOf(urn), paid: paidAround(urn, around) },
        spentPence: acceptedSpend(reports),
        reclaimed: part.status === 'reclaimed',
        takenOverBy: takers.get(urn)?.urn ?? null,
      };
    }),
  );
  worked.set(around, answering);
  return answering;
}

/** Who took a part over, by the URN of whose it was. */
export function takersAround({ participations }: Around): ReadonlyMap<string, Taker> {
  return new Map(
    participations.flatMap(({ urn, name, part }) =>
      ('takenOver' in part ? part.takenOver : []).map(
        ({ from, fact }) => [from.urn, { urn, settingName: name, since: fact.occurredAt }] as const,
      ),
    ),
  );
}
