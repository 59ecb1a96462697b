import { refusal, RefusalError } from '#kernel';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { AuditDocument } from './audits.projection.js';
import { GetAudit } from './audits.query.js';

@ApiTags('audits')
@Controller('programmes/:programmeId/settings/:urn/audit')
export class AuditsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({ summary: "A setting's audit: the newest cycle, or the one asked for" })
  @ApiQuery({ name: 'cycle', required: false, type: Number })
  @ApiQuery({ name: 'atLeast', required: false, description: 'A position the answer must have seen' })
  get(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Query('cycle') cycle?: string,
    @Query('atLeast') atLeast?: string,
  ): Promise<AuditDocument> {
    if (cycle !== undefined && !/^[1-9]\d?$/.test(cycle)) {
      throw new RefusalError(
        refusal('AUDIT.CYCLE', 'invalid', 'cycle must be a whole number from 1', { field: 'cycle' }),
      );
    }
    const input = { programmeId, urn, ...(cycle === undefined ? {} : { cycle: Number(cycle) }) };
    return this.queries.execute(new GetAudit(input, atLeast));
  }
}
