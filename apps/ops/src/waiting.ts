import type { SettlingStep } from '../../composition/src/index.js';

/** Whoever waits no longer than this need not be told what for. */
const PATIENCE_MILLISECONDS = 2000;
const SHOWN_EVERY_MILLISECONDS = 500;
const LEAVE_IT = 'to leave that to the server or the next command: --without-waiting';

/** What a person at a terminal waits for is shown on stderr once it takes long, and that they need not wait. */
export class Waiting {
  private since = performance.now();
  private shownAt: number | undefined;
  private isHeldBack = false;

  constructor(
    private readonly stderr: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.since = now();
  }

  /** Shows nothing until something else that is shown is over. */
  holdBackUntil(over: Promise<unknown>): void {
    this.isHeldBack = true;
    const goOn = (): void => {
      this.isHeldBack = false;
      this.since = this.now();
    };
    over.then(goOn, goOn);
  }

  told(step: SettlingStep): void {
    const now = this.now();
    if (this.isHeldBack || now - this.since < PATIENCE_MILLISECONDS) return;
    if (this.shownAt === undefined) this.stderr.write(`Waiting for what follows (${LEAVE_IT})\n`);
    // Lines that follow one another are for somebody who looks on.
    else if (this.stderr.isTTY !== true || now - this.shownAt < SHOWN_EVERY_MILLISECONDS) return;
    this.shownAt = now;
    if (this.stderr.isTTY) this.stderr.write(`\r\u001b[K  ${inWords(step)}`);
  }

  over(): void {
    if (this.shownAt !== undefined && this.stderr.isTTY) this.stderr.write('\r\u001b[K');
  }
}

function inWords(step: SettlingStep): string {
  switch (step.what) {
    case 'policies':
      return 'looking for what is to be done';
    case 'jobs':
      return `${step.done.toLocaleString('en-GB')} jobs done, such as reminders`;
    case 'read-model':
      return `bringing the list of ${step.name} up to date`;
    default:
      return step satisfies never;
  }
}
