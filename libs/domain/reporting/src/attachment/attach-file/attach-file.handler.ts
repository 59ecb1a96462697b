import type { CommandContext } from '#platform/event-store';
import { Attachments, type KeptAttachment } from '#platform/attachments';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';

/** Keeps a file, so that a report can cite it as evidence. No event: what counts is written when it is cited. */
export class AttachFile {
  constructor(
    readonly input: {
      readonly file: string;
      readonly content: Uint8Array;
      /** For reports of these settings only; otherwise for any. */
      readonly urns?: readonly string[];
    },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(AttachFile)
export class AttachFileHandler implements ICommandHandler<AttachFile, KeptAttachment> {
  constructor(private readonly attachments: Attachments) {}

  execute({ input: { file, content, urns }, context }: AttachFile): Promise<KeptAttachment> {
    const { subject } = context.actor;
    return this.attachments.keep(file, content, { subject, settings: urns ?? 'all' });
  }
}
