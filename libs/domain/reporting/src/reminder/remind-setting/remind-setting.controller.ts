import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { windowNumber } from '../../report/window-number.js';
import { RemindSetting } from './remind-setting.handler.js';

export class RemindSettingBody extends CommandBody {}

@ApiTags('reporting')
@Controller('programmes/:programmeId/settings/:urn/reports/:window')
export class RemindSettingController {
  constructor(private readonly commands: CommandBus) {}

  @Post('remind')
  @Roles('operations')
  @ApiOperation({
    summary: 'Have a setting reminded now of a report that it owes',
    description: 'At most once a day, beside the reminders that go by the calendar; a job sends it.',
  })
  remind(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Param('window') window: string,
    @Body() _: RemindSettingBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    const input = { programmeId, urn, window: windowNumber(window) };
    return this.commands.execute(new RemindSetting(input, context));
  }
}
