import type { CommandContext } from '#platform/event-store';
import { Attachments, type Attachment, type KeptAttachment } from '#platform/attachments';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';

/** Keeps a file, so that a report can cite it as evidence. No event: what counts is written when it is cited. */
export class AttachFile {
  constructor(
    readonly input: { readonly file: string; readonly content: Uint8Array },
    readonly context: CommandContext,
  ) {}
}

/** Who sent it in and when is told to nobody but them: the same content may have come from another setting before. */
export type AttachedFile = Attachment & Partial<KeptAttachment>;

@CommandHandler(AttachFile)
export class AttachFileHandler implements ICommandHandler<AttachFile, AttachedFile> {
  constructor(private readonly attachments: Attachments) {}

  async execute({ input: { file, content }, context }: AttachFile): Promise<AttachedFile> {
    const { subject } = context.actor;
    const { keptBy, keptAt, ...attachment } = await this.attachments.keep(file, content, subject);
    return keptBy === subject ? { ...attachment, keptBy, keptAt } : attachment;
  }
}
