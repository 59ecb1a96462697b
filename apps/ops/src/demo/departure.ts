import {
  ApproveReclaim,
  CloseAllocation,
  GetSettlement,
  ProposeReclaim,
  ReceiveReclaim,
  type Settlement,
} from '#domain/funding';
import { WithdrawSetting } from '#domain/programme';
import type { QueryBus } from '@nestjs/cqrs';
import type { Diary } from './diary.js';
import { UNSPENT, WITHDRAWN } from './paperwork.js';
import { cpdLead, people } from './people.js';

/**
 * A setting leaves after its first tranche: of what it was paid it keeps what it had spent by then, pays the rest back when
 * two people have claimed it, and its allocation is closed.
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
        const amountPence = Math.floor(last.amountPence / 20_000) * 10_000;
        return new ProposeReclaim({ ...ids, number: last.number, amountPence, reason }, context);
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
        return new ReceiveReclaim({ ...ids, reclaim: 1, amountPence: askedPence, reference }, context);
      },
    })
    .after(3, 8, 'allocation-close', {
      by: people.trancheApprover,
      command: (context) => new CloseAllocation({ ...ids, reason: WITHDRAWN }, context),
    });
}
