import { describe, expect, it } from '@jest/globals';
import { defineEvent, instantFromMillis, systemActor } from '#kernel';
import { EventCodec } from '#platform/event-store';
import { Type } from 'typebox';
import { leafHash } from './index.js';

const said = defineEvent(
  'Said',
  1,
  'Somebody said something.',
  Type.Object({ notes: Type.Array(Type.String()) }),
);
const at = instantFromMillis(0);
const metadata = {
  occurredAt: at,
  recordedAt: at,
  actor: systemActor('test'),
  commandId: 'c',
  correlationId: 'c',
  causationId: 'c',
};

describe('what the codec lets be written', () => {
  const codec = new EventCodec([said]);
  const encode = (note: string) => codec.encode(said({ notes: ['fine', note] }), 'id', metadata);

  it('can always be hashed: half a character is refused, naming the field', () => {
    expect(() => encode('\ud83d')).toThrow(
      expect.objectContaining({ refusal: expect.objectContaining({ details: { field: 'data.notes.1' } }) }),
    );
    const event = encode('😀 — “all of it”');
    expect(leafHash({ ...event, stream: 's-1', revision: 0n })).toHaveLength(32);
  });
});
