import { refusal, RefusalError } from '#kernel';

/** @param theirs the event store that the jobs were made from */
export function ofAnotherStore(theirs: string, ours: string): RefusalError {
  return new RefusalError(
    refusal(
      'JOBS.OF_ANOTHER_STORE',
      'unavailable',
      `the jobs were made from another event store (${theirs}), not from this one (${ours}): are they those of another ` +
        'installation? If they may be replaced, have them made anew from the events with `npm run -s ops -- jobs reset`',
      { theirs, ours },
    ),
  );
}
