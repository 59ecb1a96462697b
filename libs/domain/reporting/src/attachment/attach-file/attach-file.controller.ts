import type { KeptAttachment } from '#platform/attachments';
import type { CommandContext } from '#platform/event-store';
import { CommandFrom, HttpProblem, OwnSettings, Roles } from '#platform/http';
import { Body, Controller, HttpCode, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiBody, ApiConsumes, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { AttachFile } from './attach-file.handler.js';

@ApiTags('reporting')
@ApiBearerAuth()
@Controller('attachments')
export class AttachFileController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @HttpCode(200)
  @Roles('operations', 'setting')
  @ApiOperation({
    summary: 'Send in a file that a report then cites as evidence, by the SHA-256 that is answered',
    description:
      'At most 20 MiB. Reports of the settings that it was sent in for may cite it, under the name last given for them; what operations send in, those of any.',
  })
  @ApiConsumes('application/octet-stream')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiQuery({ name: 'file', description: 'The name of the file, by which it is cited' })
  keep(
    @Body() body: unknown,
    @Query('file') file: string,
    @OwnSettings() urns: readonly string[] | undefined,
    @CommandFrom() context: CommandContext,
  ): Promise<KeptAttachment> {
    if (!(body instanceof Uint8Array)) {
      throw new HttpProblem(
        415,
        'REQUEST.MEDIA_TYPE',
        'the body must be the file itself, sent with Content-Type: application/octet-stream',
      );
    }
    const input = { file, content: body, ...(urns === undefined ? {} : { urns }) };
    return this.commands.execute(new AttachFile(input, context));
  }
}
