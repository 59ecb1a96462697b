import type { CommandContext } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { BulkAnswer } from '../keep-bulk/bulk-answer.js';
import { ConfirmBulk } from './confirm-bulk.handler.js';

@ApiTags('bulk')
@ApiBearerAuth()
@Controller('programmes/:programmeId/bulk')
export class ConfirmBulkController {
  constructor(private readonly commands: CommandBus) {}

  @Post('enrol/dry-runs/:token/confirm')
  @HttpCode(200)
  @Roles('operations')
  @ApiOperation({ summary: 'Do what the dry run said; sent again, it finishes what was interrupted' })
  enrol(
    @Param('programmeId') programmeId: string,
    @Param('token') token: string,
    @Body() _body: CommandBody,
    @CommandFrom() context: CommandContext,
  ): Promise<BulkAnswer> {
    return this.commands.execute(new ConfirmBulk({ programmeId, action: 'enrol', token }, context));
  }

  @Post('extend/dry-runs/:token/confirm')
  @HttpCode(200)
  @Roles('operations')
  @ApiOperation({ summary: 'Do what the dry run said; sent again, it finishes what was interrupted' })
  extend(
    @Param('programmeId') programmeId: string,
    @Param('token') token: string,
    @Body() _body: CommandBody,
    @CommandFrom() context: CommandContext,
  ): Promise<BulkAnswer> {
    return this.commands.execute(new ConfirmBulk({ programmeId, action: 'extend', token }, context));
  }

  @Post('remind/dry-runs/:token/confirm')
  @HttpCode(200)
  @Roles('operations')
  @ApiOperation({ summary: 'Do what the dry run said; sent again, it finishes what was interrupted' })
  remind(
    @Param('programmeId') programmeId: string,
    @Param('token') token: string,
    @Body() _body: CommandBody,
    @CommandFrom() context: CommandContext,
  ): Promise<BulkAnswer> {
    return this.commands.execute(new ConfirmBulk({ programmeId, action: 'remind', token }, context));
  }

  @Post('approve/dry-runs/:token/confirm')
  @HttpCode(200)
  @Roles('approver')
  @ApiOperation({ summary: 'Do what the dry run said; sent again, it finishes what was interrupted' })
  approve(
    @Param('programmeId') programmeId: string,
    @Param('token') token: string,
    @Body() _body: CommandBody,
    @CommandFrom() context: CommandContext,
  ): Promise<BulkAnswer> {
    return this.commands.execute(new ConfirmBulk({ programmeId, action: 'approve', token }, context));
  }
}
