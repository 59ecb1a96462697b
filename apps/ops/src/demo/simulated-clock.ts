import { refusal, RefusalError, type Clock, type Instant } from '#kernel';
import type { StoreIdentity } from '#platform/event-store';

/**
 * A clock that stands still until it is moved, and never goes back. Only the store of a demonstration accepts it:
 * in any other, what it says about when something was recorded would be a lie.
 */
export class SimulatedClock implements Clock {
  private moment: Instant;

  /** @throws RefusalError `DEMO.NOT_A_DEMO_STORE` */
  constructor(store: StoreIdentity, start: Instant) {
    if (store.kind !== 'demo') {
      throw new RefusalError(
        refusal(
          'DEMO.NOT_A_DEMO_STORE',
          'not-allowed',
          `the event store ${store.id} is ${store.kind}: only a store made by the demo accepts a simulated clock`,
          { storeId: store.id, kind: store.kind },
        ),
      );
    }
    this.moment = start;
  }

  now(): Instant {
    return this.moment;
  }

  /** Moments that have passed change nothing. */
  advanceTo(moment: Instant): void {
    if (moment > this.moment) this.moment = moment;
  }
}
