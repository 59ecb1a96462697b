import { Roles, ROLES_OF_ALL_SETTINGS } from '#platform/http';
import type { Page } from '#platform/read-store';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { SettingDocument } from './settings.projection.js';
import { GetSetting, ListSettings, type SettingsFilter } from './settings.query.js';

const FILTERS = ['laCode', 'districtCode', 'phase', 'status', 'name', 'fteStatus'] as const;

@ApiTags('settings')
@ApiBearerAuth()
@Controller('settings')
export class SettingsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Roles(...ROLES_OF_ALL_SETTINGS)
  @ApiOperation({ summary: 'Settings by name; of laCode and districtCode at most one' })
  @ApiQuery({ name: 'laCode', required: false, example: '935' })
  @ApiQuery({ name: 'districtCode', required: false, example: 'E07000202' })
  @ApiQuery({ name: 'phase', required: false, example: 'Primary' })
  @ApiQuery({ name: 'status', required: false, example: 'Open' })
  @ApiQuery({ name: 'fteStatus', required: false, enum: ['known', 'unknown', 'entered'] })
  @ApiQuery({ name: 'name', required: false, description: 'How the name begins' })
  @ApiQuery({ name: 'limit', required: false, description: 'Default 100' })
  @ApiQuery({ name: 'cursor', required: false, description: 'From the page before' })
  @ApiQuery({ name: 'atLeast', required: false, description: 'A position the answer must have seen' })
  list(@Query() query: Record<string, string>): Promise<Page<SettingDocument>> {
    const { atLeast, cursor, limit } = query;
    const filter: SettingsFilter = Object.fromEntries(
      FILTERS.flatMap((name) => (query[name] === undefined ? [] : [[name, query[name]]])),
    );
    return this.queries.execute(
      new ListSettings(filter, {
        ...(atLeast === undefined ? {} : { atLeast }),
        ...(cursor === undefined ? {} : { cursor }),
        ...(limit === undefined ? {} : { limit: Number(limit) }),
      }),
    );
  }

  @Get(':urn')
  @ApiOperation({ summary: 'One setting: its register entry, its teachers, and where both were read' })
  @ApiQuery({ name: 'atLeast', required: false, description: 'A position the answer must have seen' })
  get(@Param('urn') urn: string, @Query('atLeast') atLeast?: string): Promise<SettingDocument> {
    return this.queries.execute(new GetSetting(urn, atLeast));
  }
}
