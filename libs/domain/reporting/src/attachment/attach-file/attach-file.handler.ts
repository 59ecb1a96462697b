import type { CommandContext } from '#platform/event-store';
import { Attachments, type KeptAttachment } from '#platform/attachments';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';

/** Keeps a file, so that a report can cite it as evidence. No event: what counts is written when it is cited. */
export class AttachFile {
  constructor(
    readonly input: { readonly file: string; readonly content: Uint8Array },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(AttachFile)
export class AttachFileHandler implements ICommandHandler<AttachFile, KeptAttachment> {
  constructor(private readonly attachments: Attachments) {}

  execute({ input: { file, content }, context }: AttachFile): Promise<KeptAttachment> {
    return this.attachments.keep(file, content, context.actor.subject);
  }
}
