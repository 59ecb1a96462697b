import type { EventReference } from '#kernel';
import { Injectable } from '@nestjs/common';
import { EvidenceReader } from './evidence-reader.js';
import { explained, type Explanation } from './explanation.js';
import type { Named, TrailEvent } from './step.js';
import { stepOf } from './steps.js';

/** Follows what each event rests on, by the references that events hold and the order of their streams. */
@Injectable()
export class Trail {
  private urns: readonly string[] | undefined;

  constructor(private readonly evidence: EvidenceReader) {}

  /** The same for whoever sees these settings only; `undefined`: for whoever sees all. */
  toldTo(urns: readonly string[] | undefined): Trail {
    const trail = new Trail(this.evidence);
    trail.urns = urns;
    return trail;
  }

  /** Whether what many settings come to together may be told: a sum and one's own part give the others'. */
  get tellsSums(): boolean {
    return this.urns === undefined;
  }

  /** The explanation of the event that is named; of one that is not there, that it is not. */
  async follow(reference: EventReference): Promise<Explanation> {
    const history = await this.evidence.upTo(reference);
    const named = history?.at(-1);
    if (history === undefined || named === undefined) {
      const { type, eventId, stream, revision } = reference;
      return {
        says: `MISSING: the event ${eventId} (${type}) that this rests on is not at revision ${revision} of ${stream}.`,
        because: [],
      };
    }
    return this.explain(named as TrailEvent, history as readonly TrailEvent[]);
  }

  all(...references: readonly EventReference[]): Promise<readonly Explanation[]> {
    return Promise.all(references.map((reference) => this.follow(reference)));
  }

  /** The last event of one type before another in the same stream, explained; nothing if there is none. */
  async before<T extends TrailEvent['type']>(
    event: TrailEvent,
    history: readonly TrailEvent[],
    type: T,
    holds: (candidate: Named<T>) => boolean = () => true,
  ): Promise<readonly Explanation[]> {
    const earlier = history.findLast(
      (one) => one.type === type && one.revision < event.revision && holds(one as Named<T>),
    );
    return earlier === undefined ? [] : [await this.explain(earlier, history)];
  }

  /** The events of a stream for which something holds, explained. */
  async where(stream: string, holds: (event: TrailEvent) => boolean): Promise<readonly Explanation[]> {
    const history = (await this.evidence.stream(stream)) as readonly TrailEvent[];
    return Promise.all(history.filter(holds).map((event) => this.explain(event, history)));
  }

  /** The last event of a stream for which something holds, explained; nothing if there is none. */
  lastWhere(stream: string, holds: (event: TrailEvent) => boolean): Promise<readonly Explanation[]> {
    return this.picked(stream, (history) => history.findLast(holds));
  }

  /** The event of a stream that is picked from its history, explained; nothing if none is. */
  async picked(
    stream: string,
    pick: (history: readonly TrailEvent[]) => TrailEvent | undefined,
  ): Promise<readonly Explanation[]> {
    const history = (await this.evidence.stream(stream)) as readonly TrailEvent[];
    const event = pick(history);
    return event === undefined ? [] : [await this.explain(event, history)];
  }

  private async explain(event: TrailEvent, history: readonly TrailEvent[]): Promise<Explanation> {
    const foreign = this.foreignIn(event);
    if (foreign !== undefined) {
      return { says: `What setting ${foreign} did is told to it and to the office only.`, because: [] };
    }
    const { says, because } = await stepOf(event, history, this);
    const source = 'source' in event.data ? event.data.source : undefined;
    return explained(event, says, because, source);
  }

  /** The setting that an event is about, if it is not about one whose explanation this is. */
  private foreignIn({ data }: TrailEvent): string | undefined {
    if (this.urns === undefined || !('urn' in data)) return undefined;
    const about = [data.urn, ...('carried' in data ? [data.carried.urn] : [])];
    return about.some((urn) => this.urns?.includes(urn)) ? undefined : data.urn;
  }
}
