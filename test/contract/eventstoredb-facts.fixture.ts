import { randomId } from '#kernel';
import {
  type EventStoreDBClient,
  jsonEvent,
  NO_STREAM,
  type AllStreamSubscription,
  type AppendResult,
  type EventData,
} from '@eventstore/db-client';

/** What the client threw, as it is looked at: a type of its own if it has one, and the gRPC code. */
export interface Thrown extends Error {
  readonly type?: string;
  readonly code?: number;
  readonly expectedVersion?: unknown;
  readonly actualVersion?: unknown;
}

export async function thrownBy(work: Promise<unknown>): Promise<Thrown> {
  try {
    await work;
  } catch (error) {
    return error as Thrown;
  }
  throw new Error('it succeeded');
}

export function event(type = 'Happened', data: Record<string, unknown> = {}, id = randomId()): EventData {
  return jsonEvent({ id, type, data, metadata: { note: 'of a test' } });
}

export function events(count: number): EventData[] {
  return Array.from({ length: count }, (_, n) => event('Happened', { n }));
}

export function freshName(): string {
  return `facts${randomId().replaceAll('-', '')}`;
}

/** The two ways there are to append; the client takes the first when a call carries credentials. */
export const WAYS = [
  ['the unary call', { credentials: { username: 'nobody', password: 'none' } }],
  ['the stream of batches', {}],
] as const;

export type Way = (typeof WAYS)[number][1];

export function create(
  client: EventStoreDBClient,
  stream: string,
  batch: EventData | EventData[],
  way: Way = {},
): Promise<AppendResult> {
  return client.appendToStream(stream, batch, { expectedRevision: NO_STREAM, ...way });
}

export async function idsIn(client: EventStoreDBClient, stream: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { event: one } of client.readStream(stream)) ids.push(one!.id);
  return ids;
}

/** Everything that a subscription says, in order, without pulling events. */
export function listenTo(subscription: AllStreamSubscription): { said: string[]; errors: Thrown[] } {
  const heard = { said: [] as string[], errors: [] as Thrown[] };
  for (const name of ['confirmation', 'caughtUp', 'fellBehind', 'close']) {
    subscription.on(name, () => heard.said.push(name));
  }
  subscription.on('error', (error) => {
    heard.said.push('error');
    heard.errors.push(error);
  });
  return heard;
}
