import { OwnSettings } from '#platform/http';
import { pageLimit, type Page } from '#platform/read-store';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { ReminderDocument } from './reminders.projection.js';
import { ListReminders } from './reminders.query.js';

@ApiTags('reporting')
@Controller('programmes/:programmeId/reminders')
export class RemindersController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({ summary: 'Reminders that were sent, the newest first' })
  @ApiQuery({ name: 'urn', required: false, description: 'Of this setting only' })
  @ApiQuery({ name: 'limit', required: false, type: Number })
  @ApiQuery({ name: 'cursor', required: false })
  @ApiQuery({ name: 'atLeast', required: false, description: 'A position the answer must have seen' })
  list(
    @Param('programmeId') programmeId: string,
    @OwnSettings() urns: readonly string[] | undefined,
    @Query('urn') urn?: string,
    @Query('limit') limit?: string,
    @Query('cursor') cursor?: string,
    @Query('atLeast') atLeast?: string,
  ): Promise<Page<ReminderDocument>> {
    const input = {
      programmeId,
      ...(urns === undefined ? {} : { urns }),
      ...(urn === undefined ? {} : { urn }),
      ...pageLimit(limit),
      ...(cursor === undefined ? {} : { cursor }),
    };
    return this.queries.execute(new ListReminders(input, atLeast));
  }
}
