import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { Injectable } from '@nestjs/common';
import { fund, type FundCommand } from './fund.js';

/**
 * Every offer of a programme writes to the one stream of its fund. Here they take turns, so that many at once do
 * not lose race after race; that the fund is never over-committed is not this queue's doing but the expected
 * revision's, which also holds against other processes.
 */
@Injectable()
export class FundDesk {
  private readonly last = new Map<string, Promise<unknown>>();

  constructor(private readonly decisions: Decisions) {}

  async execute(
    programmeId: string,
    request: Pick<FundCommand, 'type' | 'data'>,
    context: CommandContext,
  ): Promise<Outcome> {
    const before = this.last.get(programmeId) ?? Promise.resolve();
    // The revision that a caller sent is of the stream it commands, which is never the fund's.
    const { expectedRevision: _, ...onFund } = context;
    const mine = before.then(() => this.decisions.execute(fund, programmeId, request, onFund));
    const settled = mine.catch(() => undefined);
    this.last.set(programmeId, settled);
    try {
      return await mine;
    } finally {
      if (this.last.get(programmeId) === settled) this.last.delete(programmeId);
    }
  }
}
