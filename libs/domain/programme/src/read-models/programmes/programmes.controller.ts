import { NoSetting } from '#platform/http';
import type { Page } from '#platform/read-store';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { ProgrammeShown } from './programme-shown.js';
import { GetProgramme, ListProgrammes } from './programmes.query.js';

@ApiTags('programmes')
@ApiBearerAuth()
@Controller('programmes')
export class ProgrammesController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @NoSetting('the terms of a programme, the same for all who take part')
  @ApiOperation({ summary: 'All programmes by name' })
  @ApiQuery({ name: 'atLeast', required: false, description: 'A position the answer must have seen' })
  @ApiQuery({ name: 'cursor', required: false, description: 'From the page before' })
  list(@Query('atLeast') atLeast?: string, @Query('cursor') cursor?: string): Promise<Page<ProgrammeShown>> {
    return this.queries.execute(
      new ListProgrammes({
        ...(atLeast === undefined ? {} : { atLeast }),
        ...(cursor === undefined ? {} : { cursor }),
      }),
    );
  }

  @Get(':programmeId')
  @NoSetting('the terms of a programme, the same for all who take part')
  @ApiOperation({
    summary: 'One programme: its budget, its terms by version and those in force, and who answers for it',
  })
  @ApiQuery({
    name: 'asOf',
    required: false,
    description:
      'As it was then: a date in Europe/London, to the end of that day, or an instant with offset; inclusive',
  })
  @ApiQuery({ name: 'atLeast', required: false, description: 'A position the answer must have seen' })
  get(
    @Param('programmeId') programmeId: string,
    @Query('atLeast') atLeast?: string,
    @Query('asOf') asOf?: string,
  ): Promise<ProgrammeShown> {
    return this.queries.execute(new GetProgramme(programmeId, atLeast, asOf));
  }
}
