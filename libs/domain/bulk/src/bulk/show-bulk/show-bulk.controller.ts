import { Roles } from '#platform/http';
import { pageLimit } from '#platform/read-store';
import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { MOST_ROWS_TOLD, pageOf, type BulkAnswer } from '../keep-bulk/bulk-answer.js';
import { ShowBulk, type BulkShown } from './show-bulk.query.js';

/** Which of the rows are told. */
export class ShowBulkQuery {
  @ApiPropertyOptional({ description: 'The number of the last row of the page before' })
  @IsOptional()
  @Matches(/^\d{1,6}$/, { message: 'after must be the number of a row' })
  after?: string;

  @ApiPropertyOptional({ description: `1 to ${MOST_ROWS_TOLD}, which it is if nothing is said` })
  @IsOptional()
  @IsString()
  @MaxLength(4)
  limit?: string;
}

@ApiTags('bulk')
@ApiBearerAuth()
@Controller('programmes/:programmeId/bulk/dry-runs/:token')
export class ShowBulkController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Roles('operations', 'approver', 'auditor')
  @ApiOperation({ summary: 'How far it is, and what came of each row' })
  async show(
    @Param('programmeId') programmeId: string,
    @Param('token') token: string,
    @Query() { after, limit }: ShowBulkQuery,
  ): Promise<BulkAnswer> {
    const most = pageLimit(limit).limit;
    return pageOf((await this.shown(programmeId, token)).answer, Number(after ?? 0), most);
  }

  @Get('errors')
  @Roles('operations', 'approver', 'auditor')
  @Header('content-type', 'text/csv; charset=utf-8')
  @ApiOperation({ summary: 'The refused rows as they were sent, with why: to be mended and sent again' })
  async errors(@Param('programmeId') programmeId: string, @Param('token') token: string): Promise<string> {
    return (await this.shown(programmeId, token)).errorFile();
  }

  private shown(programmeId: string, token: string): Promise<BulkShown> {
    return this.queries.execute(new ShowBulk({ programmeId, token }));
  }
}
