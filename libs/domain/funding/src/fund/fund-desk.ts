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

  /** For what follows from a command on another stream: the revision that its caller sent is of that one. */
  execute(
    programmeId: string,
    request: Pick<FundCommand, 'type' | 'data'>,
    context: CommandContext,
  ): Promise<Outcome> {
    const { expectedRevision: _, ...onFund } = context;
    return this.executeOnFund(programmeId, request, onFund);
  }

  /** For a command on the fund itself: the revision that its caller sent is the fund's. */
  async executeOnFund(
    programmeId: string,
    request: Pick<FundCommand, 'type' | 'data'>,
    context: CommandContext,
  ): Promise<Outcome> {
    const before = this.last.get(programmeId) ?? Promise.resolve();
    const mine = before.then(() => this.decisions.execute(fund, programmeId, request, context));
    const settled = mine.catch(() => undefined);
    this.last.set(programmeId, settled);
    try {
      return await mine;
    } finally {
      if (this.last.get(programmeId) === settled) this.last.delete(programmeId);
    }
  }
}
