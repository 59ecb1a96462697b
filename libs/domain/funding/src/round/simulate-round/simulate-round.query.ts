import type { AllocationPolicy } from '#domain/programme';
import { namesNow, type Source } from '#domain/settings';
import type { Pence } from '#kernel';
import { ReadModels } from '#platform/read-store';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { penceForATeacher, type RoundRate } from '../round-rate.js';
import type { LeftOut, RoundFigure } from '../round-inputs.js';
import type { RoundLine } from '../round.js';
import { RoundSimulator } from './round-simulator.js';

/** What a round would give to whom, if it were adopted now. */
export interface RoundSimulation {
  readonly programmeId: string;
  /** 1 for the programme's first round. */
  readonly round: number;
  /** By which it is adopted, as long as nothing it follows from changes. */
  readonly hash: string;
  readonly policy: AllocationPolicy;
  readonly availablePence: Pence;
  readonly totalPence: Pence;
  readonly leftPence: Pence;
  /** What the money comes to for a teacher, exactly, and in whole pence to read; `null` where the policy says it. */
  readonly rate: (RoundRate & { readonly penceForATeacher: Pence }) | null;
  /** By URN. */
  readonly settings: readonly SimulatedShare[];
  /** Enrolled without an allocation and not in the round, by URN: money is set aside for it already, or it failed a check. */
  readonly leftOut: readonly LeftOut[];
}

export type SimulatedShare = Pick<
  RoundLine,
  'urn' | 'name' | 'fte' | 'unclampedPence' | 'clampedPence' | 'remainderPence' | 'amountPence'
> & {
  /** Where the census says so; `null`: it was entered from other evidence and verified. */
  readonly source: Source | null;
  /** That other evidence, by name and SHA-256; `null`: the census says so. */
  readonly document: RoundFigure['document'];
};

export class SimulateRound {
  constructor(readonly programmeId: string) {}
}

@QueryHandler(SimulateRound)
export class SimulateRoundHandler implements IQueryHandler<SimulateRound, RoundSimulation> {
  constructor(
    private readonly simulator: RoundSimulator,
    private readonly models: ReadModels,
  ) {}

  async execute({ programmeId }: SimulateRound): Promise<RoundSimulation> {
    const { round, hash } = await this.simulator.simulate(programmeId);
    const { number, policy, availablePence, totalPence, leftPence, rate, lines, leftOut } = round;
    const nameOf = await namesNow(
      this.models,
      lines.map(({ urn }) => urn),
    );
    return {
      ...{ programmeId, round: number, hash, policy, availablePence, totalPence, leftPence, leftOut },
      rate: rate === null ? null : { ...rate, penceForATeacher: penceForATeacher(rate) },
      settings: lines.map(({ figure, participation: _, ...line }) => ({
        ...line,
        name: nameOf(line.urn, line.name),
        ...{ source: figure.source, document: figure.document },
      })),
    };
  }
}
