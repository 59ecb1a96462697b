import { programme, refusePaused, standstillAt } from '#domain/programme';
import { isRefusal, later, RefusalError, startOfDay, systemActor } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { FundDesk } from '../../fund/fund-desk.js';
import { fund } from '../../fund/fund.js';
import { OpenFund } from '../../fund/open-fund/open-fund.handler.js';
import { roundHashFrom, type AdoptRoundCommand } from '../../fund/rounds.js';
import { RoundSimulator } from '../simulate-round/round-simulator.js';

/** Adopts a simulated round by its hash. The offers follow by themselves, one event each. */
export class AdoptRound {
  constructor(
    readonly input: { readonly programmeId: string; readonly hash: string },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(AdoptRound)
export class AdoptRoundHandler implements ICommandHandler<AdoptRound, Outcome> {
  constructor(
    private readonly decisions: Decisions,
    private readonly desk: FundDesk,
    private readonly simulator: RoundSimulator,
    private readonly commands: CommandBus,
  ) {}

  /** @throws RefusalError `ROUND.HASH`, `PROGRAMME.PAUSED`, `ROUND.INPUTS_CHANGED`, and whatever refuses the simulation */
  async execute({ input, context }: AdoptRound): Promise<Outcome> {
    const { programmeId } = input;
    const hash = roundHashFrom(input.hash);
    if (isRefusal(hash)) throw new RefusalError(hash);
    const adopted = await this.adoptedBefore(programmeId, hash);
    const now = adopted ?? (await this.workedOutNow(programmeId));
    if (adopted === undefined) {
      await this.refusePaused(programmeId, context);
      await this.openFund(programmeId, context);
    }
    const data = { hash, now };
    return this.desk.execute(programmeId, { type: 'AdoptRound', data }, context);
  }

  /** What was adopted would be worked out differently now: its money is set aside. */
  private async adoptedBefore(
    programmeId: string,
    hash: string,
  ): Promise<AdoptRoundCommand['data']['now'] | undefined> {
    const { history } = await this.decisions.load(fund, programmeId);
    const adoption = history.find(
      (event) => event.type === 'AllocationRoundAdopted' && event.data.hash === hash,
    );
    if (adoption?.type !== 'AllocationRoundAdopted') return undefined;
    const { totalPence, leftPence } = adoption.data;
    const known = { availablePence: totalPence + leftPence, latestFact: undefined, inForceSince: undefined };
    return { ...adoption.data, ...known };
  }

  private async workedOutNow(programmeId: string): Promise<AdoptRoundCommand['data']['now']> {
    const { round, hash, inputs, inForce } = await this.simulator.simulate(programmeId);
    const { policy, programme, schedule, rate, totalPence, leftPence, availablePence, lines } = round;
    return {
      ...{ programmeId, hash, policy, programme, schedule, rate, totalPence, leftPence, availablePence },
      ...{ cut: inputs.cut, leftOut: [...inputs.leftOut] },
      latestFact: inputs.latestFact,
      inForceSince: inForce.map(({ effectiveOn }) => startOfDay(effectiveOn)).reduce(later),
      settings: lines.filter(({ amountPence }) => amountPence > 0).length,
    };
  }

  /** A pause stops new promises of money, of which an adoption is the largest. */
  private async refusePaused(programmeId: string, { occurredAt }: CommandContext): Promise<void> {
    const { state } = await this.decisions.load(programme, programmeId);
    if (state.status === 'none') return;
    const paused = refusePaused(programmeId, standstillAt(state, occurredAt ?? this.decisions.now()));
    if (paused !== undefined) throw new RefusalError(paused);
  }

  private async openFund(programmeId: string, { correlationId, commandId }: CommandContext): Promise<void> {
    const { state } = await this.decisions.load(fund, programmeId);
    if (state.status === 'open') return;
    const byItself = { actor: systemActor('open-fund'), correlationId, causationId: commandId };
    await this.commands.execute(new OpenFund({ programmeId }, byItself));
  }
}
