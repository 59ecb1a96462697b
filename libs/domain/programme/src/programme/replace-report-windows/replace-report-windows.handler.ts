import { requireSlug } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ReplaceReportWindowsCommand } from '../terms-versions.js';
import { programme } from '../programme.js';
import { requireProgramme } from '../require-programme.js';

/** Decides a new version of the report windows, for settings enrolled from a day on. */
export class ReplaceReportWindows {
  constructor(
    readonly input: ReplaceReportWindowsCommand['data'] & { readonly programmeId: string },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(ReplaceReportWindows)
export class ReplaceReportWindowsHandler implements ICommandHandler<ReplaceReportWindows, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  /** @throws RefusalError `PROGRAMME.*`, `TIME.*` */
  async execute({ input: { programmeId, ...data }, context }: ReplaceReportWindows): Promise<Outcome> {
    requireSlug(programmeId, 'programmeId');
    await requireProgramme(this.decisions, programmeId);
    return this.decisions.execute(programme, programmeId, { type: 'ReplaceReportWindows', data }, context);
  }
}
