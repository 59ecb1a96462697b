import { isRefusal, RefusalError } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ProgrammeForm } from '../programme-rules.js';
import { programme, programmeIdFor } from '../programme.js';

export type CreateProgrammeInput = ProgrammeForm & {
  /** Lower-case words joined by hyphens; by default made from the name. */
  readonly id?: string;
};

/** Sets up a programme. */
export class CreateProgramme {
  constructor(
    readonly input: CreateProgrammeInput,
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(CreateProgramme)
export class CreateProgrammeHandler implements ICommandHandler<CreateProgramme, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  /** @throws RefusalError `PROGRAMME.*`, `ID.NOT_A_SLUG`, `TIME.NOT_UNDERSTOOD`, each naming the field */
  async execute({ input, context }: CreateProgramme): Promise<Outcome> {
    const { id, ...form } = input;
    // From the command line anything may come: what has no name is left to the decider to refuse.
    const programmeId = programmeIdFor(id, typeof form.name === 'string' ? form.name : 'unnamed');
    if (isRefusal(programmeId)) throw new RefusalError(programmeId);
    return this.decisions.execute(
      programme,
      programmeId,
      { type: 'CreateProgramme', data: { programmeId, form } },
      context,
    );
  }
}
