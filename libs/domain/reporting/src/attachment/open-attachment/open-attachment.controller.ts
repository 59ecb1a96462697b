import { Attachments, type Attachment } from '#platform/attachments';
import { Roles } from '#platform/http';
import { Controller, Get, Param, StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';

/** A file as a browser saves it. */
export function download({
  content,
  fileName,
  bytes,
}: Attachment & { readonly content: Buffer }): StreamableFile {
  return new StreamableFile(content, {
    // Never shown as a page of ours, whatever it says it is.
    type: 'application/octet-stream',
    disposition: `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`,
    length: bytes,
  });
}

@ApiTags('reporting')
@ApiBearerAuth()
@Controller('attachments')
export class OpenAttachmentController {
  constructor(private readonly attachments: Attachments) {}

  // Not for settings and advisers: the hash does not say whose file it is. They open what their reports cite.
  @Get(':sha256')
  @Roles('operations', 'approver', 'payer', 'board', 'auditor')
  @ApiOperation({ summary: 'A file that was sent in; refused if its content is not what it was' })
  @ApiProduces('application/octet-stream')
  async open(@Param('sha256') sha256: string): Promise<StreamableFile> {
    return download(await this.attachments.open(sha256));
  }
}
