import { NoSetting } from '#platform/http';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { ShowGovernance, type GovernanceShown } from './show-governance.query.js';

@ApiTags('programmes')
@ApiBearerAuth()
@Controller('programmes/:programmeId')
export class ShowGovernanceController {
  constructor(private readonly queries: QueryBus) {}

  @Get('governance')
  @NoSetting('who answers for the programme')
  @ApiOperation({ summary: 'The senior responsible owner and the board of a day' })
  @ApiQuery({ name: 'on', required: false, description: 'A date, YYYY-MM-DD; today where it is not given' })
  show(@Param('programmeId') programmeId: string, @Query('on') on?: string): Promise<GovernanceShown> {
    return this.queries.execute(new ShowGovernance(programmeId, on));
  }
}
