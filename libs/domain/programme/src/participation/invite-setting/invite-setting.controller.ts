import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { InviteSetting } from './invite-setting.handler.js';

export class InviteSettingBody extends CommandBody {
  @ApiPropertyOptional({ example: '2024-10-31', description: 'The last day for an answer.' })
  @IsOptional()
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: 'answerBy must be a date written YYYY-MM-DD' })
  answerBy?: string;
}

@ApiTags('participations')
@ApiBearerAuth()
@Controller('programmes/:programmeId/participations/:urn')
export class InviteSettingController {
  constructor(private readonly commands: CommandBus) {}

  @Post('invite')
  @Roles('operations')
  @ApiOperation({ summary: 'Invite a setting to take part; it may be one that is only proposed to open' })
  invite(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Body() body: InviteSettingBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(
      new InviteSetting(
        { programmeId, urn, ...(body.answerBy === undefined ? {} : { answerBy: body.answerBy }) },
        context,
      ),
    );
  }
}
