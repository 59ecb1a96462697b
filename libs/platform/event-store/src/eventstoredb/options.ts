import type { StoreIdentity } from '../event-store.js';

export interface EventStoreDbOptions {
  /**
   * `esdb://user:password@host:2113?tls=true`; several hosts separated by commas for a cluster, or
   * `esdb+discover://`; `kurrentdb://` is the same. Parameters as the client knows them, such as `tlsCAFile`.
   */
  readonly url: string;
  /** What a new store becomes (default `live`); an existing one must be of this kind. */
  readonly kind?: StoreIdentity['kind'];
  /** Told what the operator should know and nobody is refused for. */
  readonly warn?: (message: string) => void;
  /** How long the server may take to answer an append once, in milliseconds. Default 5,000. */
  readonly deadlineMilliseconds?: number;
  /** How long an append or a read is tried again while nothing comes of it, in milliseconds. Default 20,000. */
  readonly patienceMilliseconds?: number;
}
