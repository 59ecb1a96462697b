import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { RejectWorkforceFigureCommand } from '../entered-figures.js';
import { setting } from '../setting.js';

/** Rejects an entered figure, with the reason; never by who entered it. */
export class RejectWorkforceFigure {
  constructor(
    readonly input: RejectWorkforceFigureCommand['data'],
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(RejectWorkforceFigure)
export class RejectWorkforceFigureHandler implements ICommandHandler<RejectWorkforceFigure, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  /** @throws RefusalError `FTE.*`, `SETTING.NOT_FOUND`, `TIME.*` */
  execute({ input: data, context }: RejectWorkforceFigure): Promise<Outcome> {
    return this.decisions.execute(setting, data.urn, { type: 'RejectWorkforceFigure', data }, context);
  }
}
