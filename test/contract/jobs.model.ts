import { instantFromMillis, millisOf, randomId, type Instant } from '#kernel';
import {
  backOffMilliseconds,
  KEPT_DAYS,
  type ClaimedJob,
  type JobStatus,
  type JobStore,
} from '#platform/jobs';
import { expect } from '@jest/globals';
import fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';

interface ModelJob {
  status: JobStatus;
  runAt: Instant;
  notAfter: Instant | undefined;
  attempts: number;
  attemptsMade: number;
  endedAt: Instant | undefined;
  cancelling: boolean;
  /** Its worker is dead and its hold is over. */
  lapsed: boolean;
}

/** What a job store should hold: plain maps, and the rules written down a second time. */
interface Model {
  now: Instant;
  readonly jobs: Map<string, ModelJob>;
}

interface Real {
  store: JobStore;
  readonly open: () => Promise<JobStore>;
  readonly kind: string;
  readonly prefix: string;
  /** Every claim of each job, the newest last. */
  readonly claims: Map<string, ClaimedJob[]>;
}

type Step = fc.AsyncCommand<Model, Real, boolean>;
type Names = readonly string[];
const NAMES: Names = ['a', 'b', 'c'];
const DAY = 86_400_000;

function after(now: Instant, milliseconds: number): Instant {
  return instantFromMillis(millisOf(now) + milliseconds);
}

function end(job: ModelJob, status: JobStatus, now: Instant): void {
  Object.assign(job, { status, endedAt: now, lapsed: false });
}

/** The one place where every step ends: the store says of each job what the model says. */
async function compare(model: Model, real: Real): Promise<void> {
  for (const name of NAMES) {
    const actual = await real.store.get(real.prefix + name);
    const expected = model.jobs.get(name);
    if (expected === undefined) {
      expect(actual).toBeUndefined();
      continue;
    }
    const { status, runAt, notAfter, attempts, attemptsMade, endedAt } = expected;
    expect({ ...actual }).toMatchObject({ status, runAt, attempts, attemptsMade });
    expect([actual?.notAfter, actual?.endedAt]).toEqual([notAfter, endedAt]);
  }
}

function step(text: string, run: (model: Model, real: Real) => Promise<void>): Step {
  return {
    check: () => true,
    run: async (model, real) => {
      await run(model, real);
      await compare(model, real);
    },
    toString: () => text,
  };
}

function isForgotten(job: ModelJob, now: Instant): boolean {
  return job.endedAt !== undefined && job.status !== 'dead' && job.endedAt < after(now, -KEPT_DAYS * DAY);
}

const enqueue = (name: string, delay: number, life: number | undefined, attempts: number): Step =>
  step(`enqueue(${name}, ${delay}, ${life}, ${attempts})`, async (model, real) => {
    const { now, jobs } = model;
    const runAt = after(now, delay);
    const notAfter = life === undefined ? undefined : after(runAt, life);
    const known = jobs.get(name);
    const isNew = known === undefined || isForgotten(known, now);
    const id = real.prefix + name;
    const limits = { runAt, attempts, ...(notAfter === undefined ? {} : { notAfter }) };
    expect(await real.store.enqueue({ id, kind: real.kind, payload: { name }, ...limits }, now)).toBe(isNew);
    if (!isNew) return;
    real.claims.delete(name);
    jobs.set(name, {
      ...{ status: 'waiting', runAt, notAfter, attempts, attemptsMade: 0 },
      ...{ endedAt: undefined, cancelling: false, lapsed: false },
    });
  });

const cancel = (name: string): Step =>
  step(`cancel(${name})`, async (model, real) => {
    const job = model.jobs.get(name);
    const can = job?.status === 'waiting' || job?.status === 'dead';
    expect(await real.store.cancel(real.prefix + name, model.now)).toBe(can);
    if (can) end(job, 'cancelled', model.now);
    else if (job?.status === 'running') job.cancelling = true;
  });

function claimable(job: ModelJob, now: Instant): boolean {
  const tooLate = job.notAfter !== undefined && job.notAfter < now;
  if (job.status === 'running' && job.lapsed) {
    if (job.cancelling) end(job, 'cancelled', now);
    else if (job.attemptsMade >= job.attempts) end(job, 'dead', now);
    else if (tooLate) end(job, 'expired', now);
    else return true;
    return false;
  }
  if (job.status !== 'waiting' || job.runAt > now) return false;
  if (tooLate) end(job, 'expired', now);
  return !tooLate;
}

const claim = (dies: boolean): Step =>
  step(dies ? 'claimAndDie()' : 'claim()', async (model, real) => {
    const expected = [...model.jobs].filter(([, job]) => claimable(job, model.now));
    const claimed = await real.store.claim({
      now: model.now,
      limit: 100,
      holdMilliseconds: dies ? 1 : 600_000,
      kinds: [real.kind],
    });
    expect(claimed.map((job) => job.id).sort()).toEqual(expected.map(([name]) => real.prefix + name).sort());
    const moments = claimed.map((job) => job.runAt);
    expect(moments).toEqual([...moments].sort());
    for (const job of claimed) {
      const name = job.id.slice(real.prefix.length);
      const earlier = real.claims.get(name) ?? [];
      for (const before of earlier) expect(job.fence > before.fence).toBe(true);
      real.claims.set(name, [...earlier, job]);
    }
    for (const [, job] of expected) {
      Object.assign(job, { status: 'running', attemptsMade: job.attemptsMade + 1, lapsed: dies });
    }
    if (dies) await sleep(5);
  });

/** The newest claim counts while the job is running; an older one never does. */
const conclude = (how: 'complete' | 'fail', name: string, stale: boolean): Step =>
  step(`${how}(${name}${stale ? ', stale' : ''})`, async (model, real) => {
    const held = real.claims.get(name)?.at(stale ? -2 : -1);
    const job = model.jobs.get(name);
    if (held === undefined || job === undefined) return;
    const counts = !stale && job.status === 'running';
    const { now } = model;
    const answer =
      how === 'complete' ? real.store.complete(held, now) : real.store.fail(held, 'it failed', now);
    expect(await answer).toBe(counts);
    if (!counts) return;
    if (how === 'complete') end(job, 'done', now);
    else if (job.cancelling) end(job, 'cancelled', now);
    else if (job.attemptsMade >= job.attempts) end(job, 'dead', now);
    else {
      const runAt = after(now, backOffMilliseconds(real.prefix + name, job.attemptsMade));
      Object.assign(job, { status: 'waiting', runAt, lapsed: false });
    }
  });

const extend = (name: string): Step =>
  step(`extend(${name})`, async (model, real) => {
    const held = real.claims.get(name)?.at(-1);
    const job = model.jobs.get(name);
    if (held === undefined || job === undefined) return;
    expect(await real.store.extend(held, 600_000)).toBe(job.status === 'running');
    if (job.status === 'running') job.lapsed = false;
  });

const redrive = (name: string): Step =>
  step(`redrive(${name})`, async (model, real) => {
    const job = model.jobs.get(name);
    expect(await real.store.redrive(real.prefix + name, model.now)).toBe(job?.status === 'dead');
    if (job?.status !== 'dead') return;
    Object.assign(job, { status: 'waiting', runAt: model.now, attemptsMade: 0, endedAt: undefined });
  });

const advance = (milliseconds: number): Step =>
  step(`advance(${milliseconds})`, async (model) => {
    model.now = after(model.now, milliseconds);
  });

const prune: Step = step('prune()', async (model, real) => {
  await real.store.prune(model.now);
  for (const [name, job] of model.jobs) if (isForgotten(job, model.now)) model.jobs.delete(name);
});

const reopen: Step = step('reopen()', async (_model, real) => {
  await real.store.close();
  real.store = await real.open();
});

const name = fc.constantFrom(...NAMES);
const span = fc.constantFrom(0, 1000, 60_000, 7_200_000, DAY);
const ENQUEUE = fc
  .tuple(name, span, fc.option(span, { nil: undefined, freq: 3 }), fc.integer({ min: 1, max: 3 }))
  .map((args) => enqueue(...args));
const CONCLUDE = fc
  .tuple(fc.constantFrom('complete' as const, 'fail' as const, 'fail' as const), name, fc.boolean())
  .map((args) => conclude(...args));
const ADVANCE = fc
  .constantFrom(0, 500, 1000, 4000, 61_000, 7_200_001, DAY, 30 * DAY, 30 * DAY + 1)
  .map(advance);
const CLAIM = fc.boolean().map(claim);
const CANCEL = name.map(cancel);
const REDRIVE = name.map(redrive);
// Those that lead somewhere come more often than those that look whether all is still the same.
const STEPS: fc.Arbitrary<Step>[] = [
  ...[ENQUEUE, ENQUEUE, CLAIM, CLAIM, CLAIM, CONCLUDE, CONCLUDE, CONCLUDE, ADVANCE, ADVANCE, CANCEL, CANCEL],
  ...[REDRIVE, name.map(extend), fc.constant(prune), fc.constant(reopen)],
];

/** Random commands on the store and on a model of it: both must say the same after each. */
export async function behavesLikeTheModel(open: () => Promise<JobStore>, runs: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.commands(STEPS, { maxCommands: 100, size: 'max' }), async (commands) => {
      const id = randomId();
      const real: Real = {
        ...{ store: await open(), open, kind: `kind-${id}`, prefix: `${id}.` },
        claims: new Map(),
      };
      const model = { now: '2024-01-01T09:00:00.000Z' as Instant, jobs: new Map<string, ModelJob>() };
      try {
        await fc.asyncModelRun(() => ({ model, real }), commands);
      } finally {
        await real.store.close();
      }
    }),
    { numRuns: runs },
  );
}
