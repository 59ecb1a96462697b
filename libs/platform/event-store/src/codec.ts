import {
  EventMetadata,
  refusal,
  RefusalError,
  type AnyEvent,
  type EventDefinition,
  type Instant,
  type JsonObject,
  type RecordedEvent,
} from '#kernel';
import { Compile, type Validator } from 'typebox/compile';
import type { TSchema } from 'typebox';
import type { NewEvent, StoredEvent } from './event-store.js';

/** An event cannot be read or written as its definition says. Stops whoever reads: history is never skipped. */
export class CodecError extends Error {
  override readonly name = 'CodecError';
}

interface Entry {
  readonly definition: EventDefinition;
  readonly validator: Validator;
}

function describe(validator: Validator, value: unknown): string {
  const first = validator.Errors(value)[0];
  return first === undefined ? 'is not valid' : `${first.instancePath || '/'} ${first.message}`;
}

/**
 * Half a surrogate pair has no UTF-8, and so no canonical form: an event with one in it could be stored, but never
 * hashed, and no later evidence could be given of anything.
 */
function refuseBrokenText(type: string, value: unknown, field: string): void {
  if (typeof value === 'string' && !value.isWellFormed()) {
    throw new RefusalError(
      refusal(
        'EVENT.BROKEN_TEXT',
        'invalid',
        `${field} of ${type} has half a character in it: send whole Unicode text`,
        {
          field,
        },
      ),
    );
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) refuseBrokenText(type, member, `${field}.${key}`);
}

/** Turns events into what an engine stores and back, through every schema version there has been. */
export class EventCodec {
  private readonly entries = new Map<string, Entry>();
  private readonly metadata: Validator = Compile(EventMetadata as TSchema);

  constructor(definitions: Iterable<EventDefinition>) {
    for (const definition of definitions) {
      const earlier = this.entries.get(definition.type);
      if (earlier?.definition === definition) continue;
      if (earlier !== undefined) throw new CodecError(`event type ${definition.type} is defined twice`);
      this.entries.set(definition.type, { definition, validator: Compile(definition.data) });
    }
  }

  get definitions(): readonly EventDefinition[] {
    return [...this.entries.values()].map((entry) => entry.definition);
  }

  /**
   * @throws CodecError the type is not known, or data or metadata break their schema
   * @throws RefusalError `EVENT.BROKEN_TEXT`
   */
  encode(event: AnyEvent, id: string, metadata: Omit<RecordedEvent['metadata'], 'schemaVersion'>): NewEvent {
    const { definition, validator } = this.entry(event.type);
    if (!validator.Check(event.data)) {
      throw new CodecError(`cannot write ${event.type}: data ${describe(validator, event.data)}`);
    }
    const complete = { schemaVersion: definition.version, ...metadata };
    if (!this.metadata.Check(complete)) {
      throw new CodecError(`cannot write ${event.type}: metadata ${describe(this.metadata, complete)}`);
    }
    refuseBrokenText(event.type, event.data, 'data');
    refuseBrokenText(event.type, complete, 'metadata');
    return { id, type: event.type, data: event.data as JsonObject, metadata: complete };
  }

  /** @throws CodecError an unknown type, a newer version than this program knows, or data that breaks its schema */
  decode(stored: StoredEvent): RecordedEvent {
    const { definition, validator } = this.entry(stored.type);
    const metadata = stored.metadata as unknown as RecordedEvent['metadata'];
    const where = `${stored.type} ${stored.id} (${stored.stream} revision ${stored.revision})`;
    if (!this.metadata.Check(metadata)) {
      throw new CodecError(`cannot read ${where}: metadata ${describe(this.metadata, metadata)}`);
    }
    if (metadata.schemaVersion > definition.version) {
      throw new CodecError(
        `cannot read ${where}: version ${metadata.schemaVersion} is newer than this program's ${definition.version}`,
      );
    }
    let data: unknown = stored.data;
    for (let version = metadata.schemaVersion; version < definition.version; version += 1) {
      const step = definition.upcasts[version];
      if (step === undefined) throw new CodecError(`cannot read ${where}: no upcast from version ${version}`);
      data = step(data);
    }
    if (!validator.Check(data))
      throw new CodecError(`cannot read ${where}: data ${describe(validator, data)}`);
    return { ...stored, data, metadata };
  }

  private entry(type: string): Entry {
    const entry = this.entries.get(type);
    if (entry === undefined) throw new CodecError(`event type ${type} is not known to this program`);
    return entry;
  }
}

export function recordedAtOf(stored: StoredEvent): Instant {
  return stored.metadata['recordedAt'] as Instant;
}
