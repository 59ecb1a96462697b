import {
  ApproveReclaim,
  CloseAllocation,
  GetSettlement,
  ProposeReclaim,
  ReceiveReclaim,
  WithdrawReclaim,
  type Settlement,
} from '#domain/funding';
import { WithdrawSetting } from '#domain/programme';
import type { QueryBus } from '@nestjs/cqrs';
import type { Diary } from './diary.js';
import { SPENT_BY_THEN, UNSPENT, WITHDRAWN } from './paperwork.js';
import { cpdLead, people } from './people.js';

/**
 * A setting leaves after its first tranche: what it was paid is claimed back by two people, it pays back what it has not spent, the
 * rest is let go of for the invoices it shows, and its allocation is closed.
 */
export function leave(
  diary: Diary,
  ids: { readonly programmeId: string; readonly urn: string },
  queries: QueryBus,
): void {
  const settlement = () => queries.execute<GetSettlement, Settlement>(new GetSettlement(ids));
  const reason = UNSPENT;
  diary
    .after(30, 60, 'withdraw', {
      by: cpdLead(ids.urn),
      command: (context) => new WithdrawSetting({ ...ids, reason: WITHDRAWN }, context),
    })
    .after(45, 60, 'reclaim-propose', {
      by: people.operations,
      command: async (context) => {
        const [last] = (await settlement()).reclaim;
        if (last === undefined) return undefined;
        return new ProposeReclaim({ ...ids, ...last, reason }, context);
      },
    })
    .after(2, 5, 'reclaim-approve', {
      by: people.trancheApprover,
      command: (context) => new ApproveReclaim({ ...ids, reclaim: 1 }, context),
    })
    .after(14, 28, 'reclaim-receive', {
      by: people.payer,
      command: async (context) => {
        const { askedPence } = await settlement();
        const reference = `${ids.urn} RECLAIM 1`;
        const amountPence = Math.floor(askedPence / 20_000) * 10_000;
        return new ReceiveReclaim({ ...ids, reclaim: 1, amountPence, reference }, context);
      },
    })
    .after(2, 5, 'reclaim-let-go', {
      by: people.trancheApprover,
      command: (context) =>
        new WithdrawReclaim({ ...ids, reclaim: 1, outcome: 'let-go', reason: SPENT_BY_THEN }, context),
    })
    .after(3, 8, 'allocation-close', {
      by: people.trancheApprover,
      command: (context) => new CloseAllocation({ ...ids, reason: WITHDRAWN }, context),
    });
}
