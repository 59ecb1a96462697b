/** How one part of the background work is: a read model or a policy. Plain data: it is copied between threads. */
export interface PartState {
  /**
   * Of a read model: has reached, at least once since the process started, what was the end of the log when it
   * looked. Of a policy: somebody is at work on it.
   */
  readonly caughtUp: boolean;
  /** Why it is not at work: an engine that is away is tried again, a mistake of ours ends it until the next start. */
  readonly failure?: string;
}

/** What a readiness answer says of one part. Never the failure itself: that is in the log. */
export interface Check {
  readonly ok: boolean;
  readonly says?: string;
}

export function checksOf(parts: Readonly<Record<string, PartState>>): Record<string, Check> {
  return Object.fromEntries(
    Object.entries(parts).map(([name, { caughtUp, failure }]): [string, Check] => {
      if (failure !== undefined) return [name, { ok: false, says: 'stopped: see the log' }];
      return [name, caughtUp ? { ok: true } : { ok: false, says: 'catching up' }];
    }),
  );
}
