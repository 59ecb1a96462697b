import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles, SettingIn } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { EnrolSetting } from './enrol-setting.handler.js';

export class EnrolSettingBody extends CommandBody {
  @ApiProperty({ example: '124570', description: "6 digits, or 5 for a children's centre." })
  @Matches(/^\d{5,6}$/, { message: "urn must be 6 digits, or 5 for a children's centre" })
  urn!: string;
}

@ApiTags('programmes')
@ApiBearerAuth()
@Controller('programmes/:programmeId/participations')
export class EnrolSettingController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @Roles('operations', 'setting')
  @SettingIn('body', 'urn')
  @ApiOperation({
    summary: 'Enrol an open setting in a programme; a setting that was invited accepts by it',
  })
  enrol(
    @Param('programmeId') programmeId: string,
    @Body() { urn }: EnrolSettingBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(new EnrolSetting({ programmeId, urn }, context));
  }
}
