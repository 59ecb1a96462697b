import {
  derivedId,
  eventIdOf,
  parseInstant,
  type Actor,
  type AnyEvent,
  type Instant,
  type RecordedEvent,
} from '#kernel';

/** A person with a token from the local issuer. */
export function person(subject: string, role = 'operations'): Actor {
  return {
    issuer: 'https://issuer.test',
    subject,
    role,
    authentication: { method: 'bearer-token', keyId: 'key-1', tokenId: `token-of-${subject}` },
  };
}

export function instant(text: string): Instant {
  return parseInstant(text.includes('T') ? text : `${text}T09:00:00Z`);
}

export interface Circumstances {
  readonly by?: Actor;
  /** When it happened; a bare date means 09:00 UTC. */
  readonly at?: string;
  readonly recordedAt?: string;
  readonly stream?: string;
}

/** Builds the history of tests: revisions and positions count up, ids are derived, unless circumstances say otherwise. */
export class History {
  private readonly revisions = new Map<string, bigint>();
  private position = 0n;

  constructor(private readonly defaults: Circumstances = {}) {}

  record<E extends AnyEvent>(event: E, circumstances: Circumstances = {}): RecordedEvent<E> {
    const { by, at, recordedAt, stream = 'test-1' } = { ...this.defaults, ...circumstances };
    const revision = (this.revisions.get(stream) ?? -1n) + 1n;
    this.revisions.set(stream, revision);
    this.position += 1n;
    const occurredAt = instant(at ?? '2024-01-01');
    const commandId = derivedId('test', stream, revision.toString());
    return {
      ...event,
      id: eventIdOf(commandId, stream, 0),
      stream,
      revision,
      position: this.position,
      metadata: {
        schemaVersion: 1,
        occurredAt,
        recordedAt: recordedAt === undefined ? occurredAt : instant(recordedAt),
        actor: by ?? person('somebody'),
        commandId,
        correlationId: commandId,
        causationId: commandId,
      },
    } as unknown as RecordedEvent<E>;
  }
}
