import type { RecordedEvent } from '#kernel';
import type { Projection } from './projection.js';

/** A read model kept in memory, for questions about another time: the same projection, other events. */
export class InMemoryModel<D extends { readonly id: string }> {
  private readonly documents = new Map<string, D>();

  constructor(private readonly projection: Projection<D>) {}

  /** Events must come in log order; those of other types than the projection's change nothing. */
  apply(event: RecordedEvent): void {
    const reaction = this.projection.reactionTo(event.type);
    if (reaction === undefined) return;
    for (const id of new Set(reaction.touches(event))) {
      const document = reaction.apply(this.documents.get(id) ?? null, event, id);
      if (document === null) this.documents.delete(id);
      else this.documents.set(id, document);
    }
  }

  get(id: string): D | undefined {
    return this.documents.get(id);
  }

  /** Sorted by id. */
  all(): readonly D[] {
    return [...this.documents.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}

/** What these events, in log order, make of an empty read model. */
export function foldInMemory<D extends { readonly id: string }>(
  projection: Projection<D>,
  events: Iterable<RecordedEvent>,
): InMemoryModel<D> {
  const model = new InMemoryModel(projection);
  for (const event of events) model.apply(event);
  return model;
}
