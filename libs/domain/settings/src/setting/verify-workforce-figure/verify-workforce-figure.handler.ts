import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { VerifyWorkforceFigureCommand } from '../entered-figures.js';
import { setting } from '../setting.js';

/** Verifies an entered figure against its document; never by who entered it. */
export class VerifyWorkforceFigure {
  constructor(
    readonly input: VerifyWorkforceFigureCommand['data'],
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(VerifyWorkforceFigure)
export class VerifyWorkforceFigureHandler implements ICommandHandler<VerifyWorkforceFigure, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  /** @throws RefusalError `FTE.*`, `SETTING.NOT_FOUND`, `TIME.*` */
  execute({ input: data, context }: VerifyWorkforceFigure): Promise<Outcome> {
    return this.decisions.execute(setting, data.urn, { type: 'VerifyWorkforceFigure', data }, context);
  }
}
