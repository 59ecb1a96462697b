import { SetMetadata } from '@nestjs/common';

/**
 * Does the work of one kind of job. May run twice for one job, and must then do nothing the second time.
 * A job rests on facts that may have changed since it was enqueued: decide by them, not by the payload.
 */
export interface JobHandler {
  /** @param signal aborted when the hold was lost or the time limit reached: stop, nothing counts any more */
  run(job: { readonly id: string; readonly payload: unknown }, signal: AbortSignal): Promise<void>;
  /**
   * Called once when a worker starts: ends what an attempt that was killed has left half done and no other attempt
   * will come back to, the job having been cancelled or come too late meanwhile.
   */
  recover?(signal: AbortSignal): Promise<void>;
}

export const HANDLES_JOB = 'tranche:handles-job';

/** Marks a Nest provider as the {@link JobHandler} of this kind; it is found at boot. */
export const HandlesJob = (kind: string): ClassDecorator => SetMetadata(HANDLES_JOB, kind);

/** Who does which kind of job: exactly one handler each. */
export class JobHandlers {
  private readonly handlers = new Map<string, JobHandler>();

  /** @throws Error another handler does this kind already */
  add(kind: string, handler: JobHandler): this {
    const other = this.handlers.get(kind);
    if (other !== undefined && other !== handler) {
      throw new Error(
        `two handlers for jobs of kind '${kind}': ${other.constructor.name} and ${handler.constructor.name}`,
      );
    }
    this.handlers.set(kind, handler);
    return this;
  }

  /** @throws Error naming the kinds that nobody handles, with who enqueues them */
  requireAll(enqueued: Iterable<{ readonly kind: string; readonly by: string }>): void {
    const missing = [...enqueued].filter(({ kind }) => !this.handlers.has(kind));
    if (missing.length === 0) return;
    const list = missing.map(({ kind, by }) => `'${kind}' (enqueued by ${by})`).join(', ');
    throw new Error(`no handler for jobs of kind ${list}: mark a provider with @HandlesJob`);
  }

  get(kind: string): JobHandler | undefined {
    return this.handlers.get(kind);
  }

  get kinds(): readonly string[] {
    return [...this.handlers.keys()];
  }
}
