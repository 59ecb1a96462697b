import { Roles } from '#platform/http';
import { Controller, Get, Param, type StreamableFile } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { windowNumber } from '../../report/window-number.js';
import { download } from '../open-attachment/open-attachment.controller.js';
import { OpenEvidence, type OpenEvidenceHandler } from './open-evidence.query.js';

@ApiTags('reporting')
@ApiBearerAuth()
@Controller('programmes/:programmeId/settings/:urn/reports/:window/evidence')
export class OpenEvidenceController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':sha256')
  @Roles('operations', 'setting', 'adviser', 'approver', 'payer', 'board', 'auditor')
  @ApiOperation({ summary: 'A file that a report of this setting cites, or once cited, as evidence' })
  @ApiProduces('application/octet-stream')
  async open(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Param('window') window: string,
    @Param('sha256') sha256: string,
  ): Promise<StreamableFile> {
    const input = { programmeId, urn, window: windowNumber(window), sha256 };
    const opened: Awaited<ReturnType<OpenEvidenceHandler['execute']>> = await this.queries.execute(
      new OpenEvidence(input),
    );
    return download(opened);
  }
}
