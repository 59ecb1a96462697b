import type { AnyEvent, EventDefinition, EventOf, RecordedEvent } from '#kernel';
import type { CollectionSpec } from './read-store.js';

/** What one type of event does to the documents it touches. Pure and total. */
export interface Reaction<D extends { readonly id: string }, E extends AnyEvent> {
  /** Ids of the documents this event may change. */
  touches(event: RecordedEvent<E>): readonly string[];
  /** @returns the document with this id as the event leaves it; `null` if there is none after it */
  apply(document: D | null, event: RecordedEvent<E>, id: string): D | null;
}

/**
 * A read model: what each event makes of each document it touches. It never rejects an event: each failure in
 * the world has an event of its own.
 */
export interface Projection<D extends { readonly id: string }> {
  readonly collection: CollectionSpec<D>;
  readonly handles: readonly string[];
  readonly ignores: readonly string[];
  /** The reaction to this type of event, `undefined` if it is ignored. */
  reactionTo(type: string): Reaction<D, AnyEvent> | undefined;
}

type TypesOf<A extends readonly EventDefinition[]> = A[number]['type'];
type Named<A extends readonly EventDefinition[], T extends string> = EventOf<
  Extract<A[number], { readonly type: T }>
>;

/**
 * Declares a projection of the events of whole aggregates. Each of their event types stands either in `when` or
 * in `ignores`: a new one does not compile until it has been placed.
 *
 * @example defineProjection<Ledger>()({ collection, of: [...fundEvents], when: { FundOpened: … }, ignores: [] })
 */
export function defineProjection<D extends { readonly id: string }>() {
  return <const A extends readonly EventDefinition[], const I extends TypesOf<A> = never>(declared: {
    readonly collection: CollectionSpec<D>;
    readonly of: A;
    readonly when: { readonly [T in Exclude<TypesOf<A>, I>]: Reaction<D, Named<A, T>> };
    readonly ignores: readonly I[];
  }): Projection<D> => {
    const reactions = new Map<string, Reaction<D, AnyEvent>>(
      Object.entries(declared.when as Readonly<Record<string, Reaction<D, AnyEvent>>>),
    );
    return {
      collection: declared.collection,
      handles: [...reactions.keys()],
      ignores: declared.ignores,
      reactionTo: (type) => reactions.get(type),
    };
  };
}
