import { NoSetting } from '#platform/http';
import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ListGrantAgreements, type GrantAgreementAnswer } from './list-grant-agreements.query.js';

@ApiTags('programmes')
@ApiBearerAuth()
@Controller('programmes/:programmeId/grant-agreements')
export class ListGrantAgreementsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @NoSetting('the terms that every setting is asked to sign')
  @ApiOperation({ summary: 'Every version of the grant agreement, and which is in force' })
  list(@Param('programmeId') programmeId: string): Promise<readonly GrantAgreementAnswer[]> {
    return this.queries.execute(new ListGrantAgreements(programmeId));
  }
}
