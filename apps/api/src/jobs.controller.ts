import { refusal, RefusalError, type Clock } from '#kernel';
import { CLOCK } from '#platform/event-store';
import { Roles } from '#platform/http';
import { JOB_STORE, type Job, type JobStatus, type JobStore } from '#platform/jobs';
import { Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';

const STATUSES = [
  'waiting',
  'running',
  'done',
  'dead',
  'cancelled',
  'expired',
] as const satisfies JobStatus[];
const PAGE = 100;

export class JobsQuery {
  @ApiPropertyOptional({
    enum: STATUSES,
    description: 'Default `dead`: those that gave up and want a person.',
  })
  @IsOptional()
  @IsIn(STATUSES)
  status?: JobStatus;

  @ApiPropertyOptional({ description: 'Id of the last job of the page before.' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  after?: string;
}

/** What the product does by itself, and what it has given up on. */
@ApiTags('administration')
@Controller('admin/jobs')
export class JobsController {
  constructor(
    @Inject(JOB_STORE) private readonly jobs: JobStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Roles('administrator', 'operations', 'auditor')
  @ApiOperation({ summary: 'Jobs in one status, those due first coming first' })
  async list(@Query() query: JobsQuery): Promise<{ jobs: readonly Job[]; next?: string }> {
    const found = await this.jobs.list({
      status: query.status ?? 'dead',
      limit: PAGE + 1,
      ...(query.after === undefined ? {} : { after: query.after }),
    });
    const jobs = found.slice(0, PAGE);
    return found.length > PAGE ? { jobs, next: jobs.at(-1)!.id } : { jobs };
  }

  @Post(':id/redrive')
  @HttpCode(200)
  @Roles('administrator', 'operations')
  @ApiOperation({ summary: 'Let a dead job try again' })
  async redrive(@Param('id') id: string): Promise<Job> {
    const redriven = await this.jobs.redrive(id, this.clock.now());
    const job = await this.jobs.get(id);
    if (job === undefined) {
      throw new RefusalError(refusal('JOB.UNKNOWN', 'not-found', `there is no job ${id}`, { id }));
    }
    if (redriven) return job;
    throw new RefusalError(
      refusal('JOB.NOT_DEAD', 'wrong-state', `job ${id} is ${job.status}; only a dead one is redriven`, {
        id,
        status: job.status,
      }),
    );
  }
}
