import { Roles } from '#platform/http';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { parseRule, RULES } from '../revisions.js';
import { PreviewRevision, type RevisionPreview } from './preview-revision.query.js';

@ApiTags('funding')
@Controller('programmes/:programmeId/allocations/:urn')
export class PreviewRevisionController {
  constructor(private readonly queries: QueryBus) {}

  @Get('revision')
  @Roles('operations', 'approver', 'auditor')
  @ApiOperation({ summary: 'What an allocation would come to if it were revised now; nothing is written' })
  @ApiQuery({ name: 'rule', required: false, enum: RULES })
  preview(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Query('rule') rule = 'same',
  ): Promise<RevisionPreview> {
    return this.queries.execute(new PreviewRevision({ programmeId, urn, rule: parseRule(rule) }));
  }
}
