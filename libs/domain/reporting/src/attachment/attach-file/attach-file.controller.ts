import type { CommandContext } from '#platform/event-store';
import { CommandFrom, HttpProblem, NoSetting, Roles } from '#platform/http';
import { Body, Controller, HttpCode, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiBody, ApiConsumes, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { AttachFile, type AttachedFile } from './attach-file.handler.js';

@ApiTags('reporting')
@ApiBearerAuth()
@Controller('attachments')
export class AttachFileController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @HttpCode(200)
  @Roles('operations', 'setting')
  @NoSetting('a file is nobody’s until a report cites it')
  @ApiOperation({
    summary: 'Send in a file that a report then cites as evidence, by the SHA-256 that is answered',
    description: 'At most 20 MiB. The same content is kept once, under the name it first came with.',
  })
  @ApiConsumes('application/octet-stream')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiQuery({ name: 'file', description: 'The name of the file, by which it is cited' })
  keep(
    @Body() body: unknown,
    @Query('file') file: string,
    @CommandFrom() context: CommandContext,
  ): Promise<AttachedFile> {
    if (!(body instanceof Uint8Array)) {
      throw new HttpProblem(
        415,
        'REQUEST.MEDIA_TYPE',
        'the body must be the file itself, sent with Content-Type: application/octet-stream',
      );
    }
    return this.commands.execute(new AttachFile({ file, content: body }, context));
  }
}
