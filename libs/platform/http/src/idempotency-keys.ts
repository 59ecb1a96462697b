import { instantFromMillis, millisOf, RefusalError, type Clock } from '#kernel';
import type { Records, Version } from '#platform/records';
import { setTimeout as sleep } from 'node:timers/promises';
import { HttpProblem } from './problem.js';

/** For so long a key is known to have been used, and for what. */
export const KEY_KEPT_DAYS = 30;

const KIND = 'idempotency-key';
const DAY = 86_400_000;
/** A command waits no longer for the records than this. */
const ANSWER_MILLISECONDS = 250;
/** Records that did not answer are not asked again at once: every command would wait for them. */
const REST_MILLISECONDS = 5000;

/**
 * Which input each `Idempotency-Key` was first used with, so that the key used again with another is refused. It holds
 * no answers: those come from the streams, for ever, by the command's id, which is derived from the key. So nothing is
 * lost while the records are away: commands are carried out once all the same, and only a key that is used for two
 * things is not noticed.
 */
export class IdempotencyKeys {
  private restUntil = 0;

  constructor(
    private readonly records: Pick<Records, 'get' | 'put' | 'delete'>,
    private readonly clock: Clock,
    private readonly warn: (message: string) => void,
  ) {}

  /**
   * @param commandId derived from actor, route and key
   * @param input its hash
   * @returns what to {@link release} if the request turns out to be no command; `undefined` if the key was used before,
   *   or if that cannot be found out now
   * @throws HttpProblem 422 `REQUEST.IDEMPOTENCY_KEY_REUSED`
   */
  async claim(commandId: string, input: string): Promise<Version | undefined> {
    if (performance.now() < this.restUntil) return undefined;
    return this.asked(this.firstUse(commandId, input));
  }

  /** A request that was refused before it became a command has not used its key. */
  async release(commandId: string, claimed: Version): Promise<void> {
    await this.asked(this.records.delete({ kind: KIND, id: commandId }, claimed, this.clock.now()));
  }

  private async firstUse(commandId: string, input: string): Promise<Version | undefined> {
    const key = { kind: KIND, id: commandId };
    const now = this.clock.now();
    const expiresAt = instantFromMillis(millisOf(now) + KEY_KEPT_DAYS * DAY);
    const claimed = await this.records.put(key, { value: { input }, expected: 'none', expiresAt }, now);
    if (claimed !== undefined) return claimed;
    const used = await this.records.get<{ readonly input: string }>(key, now);
    if (used === undefined || used.value.input === input) return undefined;
    throw new HttpProblem(
      422,
      'REQUEST.IDEMPOTENCY_KEY_REUSED',
      'this Idempotency-Key was used on this route with other input, and nothing was done now: send what is new with a ' +
        'key of its own, or exactly what was sent then',
      { field: 'Idempotency-Key' },
    );
  }

  private async asked<T>(asking: Promise<T>): Promise<T | undefined> {
    const late = new AbortController();
    try {
      return await Promise.race([
        asking,
        sleep(ANSWER_MILLISECONDS, undefined, { signal: late.signal }).then(() => {
          throw new Error(`no answer within ${ANSWER_MILLISECONDS} ms`);
        }),
      ]);
    } catch (error) {
      if (error instanceof HttpProblem) throw error;
      // Whoever was in the way for a moment is no reason to ask no more.
      const isBusy = error instanceof RefusalError && error.refusal.kind === 'busy';
      if (!isBusy) this.restUntil = performance.now() + REST_MILLISECONDS;
      this.warn(
        `whether an Idempotency-Key was used with other input before is not known: ${(error as Error).message}`,
      );
      return undefined;
    } finally {
      late.abort();
      // Told already, whatever becomes of it.
      asking.catch(() => undefined);
    }
  }
}
