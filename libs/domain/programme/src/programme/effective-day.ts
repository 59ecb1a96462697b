import { dateInLondon, refusal, type CalendarDate, type Instant, type Refusal } from '#kernel';

export const LONGEST_REASON = 1000;

interface FromDay {
  /** The first day, in London, on which it is in force. */
  readonly effectiveOn: CalendarDate;
}

/**
 * What has taken force by a day: of two for one day the newer; `undefined` before the day of the first.
 * @param versions oldest first
 */
export function takenForceBy<V extends FromDay>(versions: readonly V[], date: CalendarDate): V | undefined {
  return versions.findLast(({ effectiveOn }) => effectiveOn <= date);
}

/**
 * What is in force on a day, where there is always something: before the day of the first, the first is, for there is no
 * other.
 * @param versions oldest first; never empty
 */
export function inForceOn<V extends FromDay>(versions: readonly V[], date: CalendarDate): V {
  return takenForceBy(versions, date) ?? versions[0]!;
}

/**
 * A version takes force on a later day than it is decided, so that what was done that day stays what it was, and not
 * before the version before it.
 * @param last `isFinal`: what is versioned here cannot be withdrawn, so that nobody is told to
 */
export function refuseEffectiveDay(
  code: string,
  effectiveOn: CalendarDate,
  decidedAt: Instant,
  { endsOn }: { readonly endsOn: string },
  last: FromDay & { readonly version: number; readonly isFinal?: true },
): Refusal | undefined {
  const broken = (rule: string): Refusal =>
    refusal(code, 'invalid', `effectiveOn ${rule}`, { field: 'effectiveOn' });
  const decidedOn = dateInLondon(decidedAt);
  if (effectiveOn <= decidedOn) {
    return broken(`${effectiveOn} must be after ${decidedOn}, the day on which it is decided`);
  }
  if (effectiveOn < last.effectiveOn) {
    const orElse = last.isFinal ? '' : ', or withdraw that version if it is a mistake';
    return broken(
      `${effectiveOn} is before version ${last.version} takes force, ${last.effectiveOn}: give that day or a later one${orElse}`,
    );
  }
  if (effectiveOn > endsOn) return broken(`${effectiveOn} is after the programme ends, ${endsOn}`);
  return undefined;
}
