import { refusal, RefusalError, type Clock } from '#kernel';
import { CLOCK } from '#platform/event-store';
import { JOB_STORE, type Job, type JobStatus, type JobStore } from '#platform/jobs';
import { Option, type Command } from 'commander';
import { withGlobals, type Register } from '../session.js';

const STATUSES = [
  'waiting',
  'running',
  'done',
  'dead',
  'cancelled',
  'expired',
] as const satisfies JobStatus[];
const PAGE = 500;

async function all(store: JobStore, status: JobStatus): Promise<Job[]> {
  const jobs: Job[] = [];
  for (;;) {
    const after = jobs.at(-1)?.id;
    const page = await store.list({ status, limit: PAGE, ...(after === undefined ? {} : { after }) });
    jobs.push(...page);
    if (page.length < PAGE) return jobs;
  }
}

function described(job: Job): string {
  const failed = job.lastError === undefined ? '' : `\n    ${job.lastError}`;
  return `${job.id}  ${job.kind}  ${job.status}  due ${job.runAt}, ${job.attemptsMade} attempts${failed}`;
}

/** `jobs`, `jobs redrive` and `jobs reset`: what the product does by itself, and what it has given up on. */
export const registerJobs: Register = (program, session) => {
  const jobs = withGlobals(program.command('jobs'))
    .description('jobs that wait, or in another status')
    .addOption(new Option('--status <status>', 'which to list').choices(STATUSES).default('waiting'))
    .action(async ({ status }: { status: JobStatus }, command: Command) => {
      const ops = await session(command);
      const found = await all(ops.app.get<JobStore>(JOB_STORE), status);
      ops.print(found, () => (found.length === 0 ? `No job is ${status}.` : found.map(described).join('\n')));
    });

  withGlobals(jobs.command('redrive <id>'))
    .description('let a dead job try again')
    .action(async (id: string, _options: unknown, command: Command) => {
      const ops = await session(command);
      const store = ops.app.get<JobStore>(JOB_STORE);
      const redriven = await store.redrive(id, ops.app.get<Clock>(CLOCK).now());
      if (!redriven) {
        const job = await store.get(id);
        throw new RefusalError(
          job === undefined
            ? refusal('JOB.UNKNOWN', 'not-found', `there is no job ${id}`, { id })
            : refusal(
                'JOB.NOT_DEAD',
                'wrong-state',
                `job ${id} is ${job.status}; only a dead one is redriven`,
                {
                  id,
                  status: job.status,
                },
              ),
        );
      }
      await ops.settle();
      const job = await store.get(id);
      ops.print(job, () => described(job!));
    });

  withGlobals(jobs.command('reset'))
    .description(
      'forget all jobs and have them made anew from the events: after these were put back or moved',
    )
    .action(async (_options: unknown, command: Command) => {
      const ops = await session(command);
      await ops.app.get<JobStore>(JOB_STORE).reset();
      await ops.settle();
      const waiting = await all(ops.app.get<JobStore>(JOB_STORE), 'waiting');
      ops.print({ waiting: waiting.length }, () => `The jobs were made anew; ${waiting.length} wait now.`);
    });
};
