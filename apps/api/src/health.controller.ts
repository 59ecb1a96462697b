import { EVENT_STORE, type EventStore } from '#platform/event-store';
import { Public } from '#platform/http';
import { JOB_STORE, type JobStore } from '#platform/jobs';
import { EventLoopDelay } from '#platform/observability';
import { READ_STORE, type ReadStore } from '#platform/read-store';
import { RECORDS, type Records } from '#platform/records';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { checksOf, engineChecks, type Check } from '../../composition/src/index.js';
import { MachineRoom } from './machine-room.js';

/** Whether the process lives, and whether it may be sent work. Neither tells anything about the programme. */
@Public()
@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    @Inject(EVENT_STORE) readonly events: EventStore,
    @Inject(READ_STORE) readonly readModels: ReadStore,
    @Inject(JOB_STORE) readonly jobs: JobStore,
    @Inject(RECORDS) readonly records: Records,
    private readonly machineRoom: MachineRoom,
    private readonly delay: EventLoopDelay,
  ) {}

  @Get('live')
  @ApiOperation({ summary: 'Is the process alive?' })
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  @Get('ready')
  @ApiOperation({
    summary:
      'May work be sent? 503 until its engines answer and the read models have caught up; says which part is not ready.',
  })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const { running, restarts, parts } = this.machineRoom.state;
    const checks: Record<string, Check> = {
      // Jobs are for others to do; without them commands and queries go on.
      ...(await engineChecks(this, ['eventStore', 'readModelStore', 'recordStore'])),
      machineRoom: running ? { ok: true } : { ok: false, says: 'not running' },
    };
    // Without any part told yet the thread is still starting.
    if (Object.keys(parts).length === 0) checks['machineRoom'] = { ok: false, says: 'starting' };
    Object.assign(checks, checksOf(parts));
    const ok = Object.values(checks).every((part) => part.ok);
    void reply.code(ok ? 200 : 503);
    return {
      status: ok ? 'ready' : 'not ready',
      parts: checks,
      machineRoomRestarts: restarts,
      eventLoopDelay: this.delay.figures(),
    };
  }
}
