import { Roles } from '#platform/http';
import { Controller, Get, Header, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { BulkAnswer } from '../keep-bulk/bulk-answer.js';
import { ShowBulk, type BulkShown } from './show-bulk.query.js';

@ApiTags('bulk')
@ApiBearerAuth()
@Controller('programmes/:programmeId/bulk/dry-runs/:token')
export class ShowBulkController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Roles('operations', 'approver', 'auditor')
  @ApiOperation({ summary: 'How far it is, and what came of each row' })
  async show(@Param('programmeId') programmeId: string, @Param('token') token: string): Promise<BulkAnswer> {
    return (await this.shown(programmeId, token)).answer;
  }

  @Get('errors')
  @Roles('operations', 'approver', 'auditor')
  @Header('content-type', 'text/csv; charset=utf-8')
  @ApiOperation({ summary: 'The refused rows as they were sent, with why: to be mended and sent again' })
  async errors(@Param('programmeId') programmeId: string, @Param('token') token: string): Promise<string> {
    return (await this.shown(programmeId, token)).errorFile;
  }

  private shown(programmeId: string, token: string): Promise<BulkShown> {
    return this.queries.execute(new ShowBulk({ programmeId, token }));
  }
}
