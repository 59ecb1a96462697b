import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { EnterWorkforceFigureCommand } from '../entered-figures.js';
import { setting } from '../setting.js';

/** Enters how many teachers a setting has, by a document, where the census has no figure or a mistaken one; another person verifies it. */
export class EnterWorkforceFigure {
  constructor(
    readonly input: EnterWorkforceFigureCommand['data'],
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(EnterWorkforceFigure)
export class EnterWorkforceFigureHandler implements ICommandHandler<EnterWorkforceFigure, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  /** @throws RefusalError `FTE.*`, `SETTING.NOT_FOUND`, `TIME.*` */
  execute({ input: data, context }: EnterWorkforceFigure): Promise<Outcome> {
    return this.decisions.execute(setting, data.urn, { type: 'EnterWorkforceFigure', data }, context);
  }
}
