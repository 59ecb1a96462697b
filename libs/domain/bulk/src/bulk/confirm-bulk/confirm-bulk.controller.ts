import type { CommandContext } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, HttpCode, Param, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { pageOf, type BulkAnswer } from '../keep-bulk/bulk-answer.js';
import type { BulkAction } from '../read-rows/bulk-columns.js';
import { ConfirmBulk } from './confirm-bulk.handler.js';

/** How far it is when it is answered, and where that can be looked at from then on. */
export interface BulkConfirmed extends BulkAnswer {
  readonly progressAt: string;
}

const CONFIRMS = {
  summary: 'Have done what the dry run said; sent again, it goes on if it had stopped',
  description:
    'A job does it: the answer says in `Location` and `progressAt` where to look at how far it is and what came of each row.',
};

@ApiTags('bulk')
@ApiBearerAuth()
@Controller('programmes/:programmeId/bulk')
export class ConfirmBulkController {
  constructor(private readonly commands: CommandBus) {}

  @Post('enrol/dry-runs/:token/confirm')
  @HttpCode(202)
  @Roles('operations')
  @ApiOperation(CONFIRMS)
  enrol(
    @Param('programmeId') programmeId: string,
    @Param('token') token: string,
    @Body() _body: CommandBody,
    @CommandFrom() context: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BulkConfirmed> {
    return this.confirm({ programmeId, action: 'enrol', token }, context, reply);
  }

  @Post('extend/dry-runs/:token/confirm')
  @HttpCode(202)
  @Roles('operations')
  @ApiOperation(CONFIRMS)
  extend(
    @Param('programmeId') programmeId: string,
    @Param('token') token: string,
    @Body() _body: CommandBody,
    @CommandFrom() context: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BulkConfirmed> {
    return this.confirm({ programmeId, action: 'extend', token }, context, reply);
  }

  @Post('remind/dry-runs/:token/confirm')
  @HttpCode(202)
  @Roles('operations')
  @ApiOperation(CONFIRMS)
  remind(
    @Param('programmeId') programmeId: string,
    @Param('token') token: string,
    @Body() _body: CommandBody,
    @CommandFrom() context: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BulkConfirmed> {
    return this.confirm({ programmeId, action: 'remind', token }, context, reply);
  }

  @Post('approve/dry-runs/:token/confirm')
  @HttpCode(202)
  @Roles('approver')
  @ApiOperation(CONFIRMS)
  approve(
    @Param('programmeId') programmeId: string,
    @Param('token') token: string,
    @Body() _body: CommandBody,
    @CommandFrom() context: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BulkConfirmed> {
    return this.confirm({ programmeId, action: 'approve', token }, context, reply);
  }

  private async confirm(
    input: { readonly programmeId: string; readonly action: BulkAction; readonly token: string },
    context: CommandContext,
    reply: FastifyReply,
  ): Promise<BulkConfirmed> {
    const answer = await this.commands.execute<ConfirmBulk, BulkAnswer>(new ConfirmBulk(input, context));
    const [root = ''] = reply.request.url.split(`/bulk/${input.action}/`);
    const progressAt = `${root}/bulk/dry-runs/${input.token}`;
    void reply.header('location', progressAt);
    return { ...pageOf(answer), progressAt };
  }
}
