import {
  instantFromMillis,
  millisOf,
  PROGRAMME_TIME_ZONE,
  refusal,
  RefusalError,
  type Instant,
} from '#kernel';
import { Cron } from 'croner';
import { requireJobId } from './job-rules.js';
import type { NewJob, Schedule } from './job-store.js';

const parsed = new Map<string, Cron>();
const MOST_PARSED = 1000;

function cronOf(schedule: Schedule): Cron {
  const known = parsed.get(schedule.cron);
  if (known !== undefined) return known;
  try {
    const cron = new Cron(schedule.cron, { timezone: PROGRAMME_TIME_ZONE, paused: true, mode: '5-part' });
    if (parsed.size >= MOST_PARSED) parsed.clear();
    parsed.set(schedule.cron, cron);
    return cron;
  } catch (error) {
    throw new RefusalError(
      refusal(
        'SCHEDULE.BAD_CRON',
        'invalid',
        `schedule ${schedule.name}: '${schedule.cron}' is not a cron pattern of 5 parts: ${(error as Error).message}`,
        { field: 'cron', schedule: schedule.name },
      ),
    );
  }
}

/**
 * The latest moment of the schedule that is not after `now`. A time of day that the clock change skips is
 * moved to the first one that exists; one that it repeats counts once, the first time.
 */
export function latestMoment(schedule: Schedule, now: Instant): Instant | undefined {
  // croner looks strictly before its reference, and drops milliseconds.
  const before = new Date(millisOf(now) + 1);
  const [moment] = cronOf(schedule).previousRuns(1, before);
  return moment === undefined ? undefined : instantFromMillis(moment.getTime());
}

/** The job of one moment: `<name>.<moment>`, the moment written without the colons that an id may not have. */
export function jobOfMoment(schedule: Schedule, moment: Instant): NewJob {
  const id = requireJobId(`${schedule.name}.${moment.replace(/[-:]|\.\d+/g, '')}`);
  return { id, kind: schedule.kind, payload: { ...schedule.payload, moment }, runAt: moment };
}
