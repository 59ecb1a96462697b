import type { Position } from '#kernel';
import { BroadcastChannel } from 'node:worker_threads';

/** How often the file is looked at for what other processes have appended. */
const POLL_MILLISECONDS = 50;

/**
 * Tells subscriptions that the log has grown: at once when a thread of this process has committed, and within
 * {@link POLL_MILLISECONDS} when another process has. Costs nothing while nobody waits.
 */
export class Growth {
  private readonly waiting = new Set<() => void>();
  private channel: BroadcastChannel | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly channelName: string,
    private readonly head: () => Position | undefined,
  ) {}

  /** Resolves when there is an event after `head`, when `signal` is aborted, or when closed. */
  beyond(head: Position | undefined, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (settle: () => void): void => {
        this.waiting.delete(check);
        signal.removeEventListener('abort', stop);
        if (this.waiting.size === 0) this.rest();
        settle();
      };
      const stop = (): void => done(resolve);
      const check = (): void => {
        try {
          if (signal.aborted || this.head() !== head) done(resolve);
        } catch (error) {
          done(() => reject(error instanceof Error ? error : new Error(String(error))));
        }
      };
      signal.addEventListener('abort', stop);
      this.waiting.add(check);
      this.listen();
      this.timer ??= setInterval(() => this.look(), POLL_MILLISECONDS);
      check();
    });
  }

  close(): void {
    this.rest();
    this.channel?.close();
  }

  private listen(): void {
    if (this.channel !== undefined) return;
    this.channel = new BroadcastChannel(this.channelName);
    this.channel.onmessage = () => this.look();
    this.channel.unref();
  }

  private look(): void {
    for (const check of [...this.waiting]) check();
  }

  private rest(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
