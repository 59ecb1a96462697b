/** Injection tokens: which adapter stands behind them is decided once, in the composition root. */
export const EVENT_STORE = Symbol('EventStore');
export const CLOCK = Symbol('Clock');
