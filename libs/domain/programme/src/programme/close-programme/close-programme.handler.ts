import { isRefusal, RefusalError, requireSlug } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { OUTSTANDING, type Outstanding } from '../list-outstanding/outstanding-port.js';
import { programme } from '../programme.js';
import { noSuchProgramme } from '../require-programme.js';

/** Closes a programme for good, if no money is out and nothing is unfinished. */
export class CloseProgramme {
  constructor(
    readonly input: { readonly programmeId: string; readonly reason: string },
    readonly context: CommandContext,
  ) {}
}

/**
 * First the fund is closed, so that nothing is promised in the same moment, then the programme. What can be refused is refused
 * before; broken off between the two, it is finished by whoever closes the programme again, or by itself some minutes later.
 */
@CommandHandler(CloseProgramme)
export class CloseProgrammeHandler implements ICommandHandler<CloseProgramme, Outcome> {
  constructor(
    private readonly decisions: Decisions,
    @Inject(OUTSTANDING) private readonly outstanding: Outstanding,
  ) {}

  /** @throws RefusalError `PROGRAMME.OUTSTANDING`, `PROGRAMME.NOT_FOUND`, `FUND.NOT_SETTLED`, `TIME.BEFORE_ITS_FACTS` */
  async execute({ input: { programmeId, reason }, context }: CloseProgramme): Promise<Outcome> {
    requireSlug(programmeId, 'programmeId');
    const { state, revision, history } = await this.decisions.load(programme, programmeId);
    if (history.length === 0) throw noSuchProgramme(programmeId);
    const at = this.decisions.momentOf(context);
    const outstanding = await this.outstanding.of(programmeId);
    const request = { type: 'CloseProgramme', data: { reason, outstanding } } as const;
    const decision = programme.decide({ ...request, by: context.actor, at }, state);
    const stale = context.expectedRevision !== undefined && context.expectedRevision !== revision;
    const done = history.some(({ metadata }) => metadata.commandId === context.commandId);
    if (!done && !stale) {
      if (isRefusal(decision)) throw new RefusalError(decision);
      if (decision.length > 0) {
        await this.outstanding.closeFund({ programmeId, reason }, { ...context, occurredAt: at });
      }
    }
    return this.decisions.execute(programme, programmeId, request, { ...context, occurredAt: at });
  }
}
