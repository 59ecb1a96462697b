import { defineEvent, type AnyEvent, type RecordedEvent } from '#kernel';
import { instant, person } from '#testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Type } from 'typebox';
import { CodecError, EventCodec } from './codec.js';
import type { StoredEvent } from './event-store.js';

const Painted = defineEvent(
  'Painted',
  3,
  'Something was painted.',
  Type.Object({ colour: Type.String({ minLength: 1 }), coats: Type.Integer({ minimum: 1 }) }),
  {
    // Version 1 had a list of colours; version 2 one colour; version 3 counts the coats.
    1: (data) => ({ colour: (data as { colours: string[] }).colours[0] }),
    2: (data) => ({ ...(data as object), coats: 1 }),
  },
);
const Washed = defineEvent('Washed', 1, 'Something was washed.', Type.Object({}));
const codec = new EventCodec([Painted, Washed]);

const circumstances: Omit<RecordedEvent['metadata'], 'schemaVersion'> = {
  occurredAt: instant('2024-01-01'),
  recordedAt: instant('2024-01-02'),
  actor: person('amina'),
  commandId: 'c1',
  correlationId: 'c1',
  causationId: 'c1',
};

function stored(event: AnyEvent, schemaVersion: number, metadata: object = {}): StoredEvent {
  return {
    id: 'e1',
    type: event.type,
    data: event.data as StoredEvent['data'],
    metadata: { ...circumstances, schemaVersion, ...metadata },
    stream: 'wall-1',
    revision: 4n,
    position: 9n,
  };
}

function write(event: AnyEvent, metadata = circumstances): unknown {
  return codec.encode(event, 'e1', metadata);
}

describe('writing an event', () => {
  it('adds the version that is written now', () => {
    expect(write(Painted({ colour: 'red', coats: 2 }))).toEqual({
      id: 'e1',
      type: 'Painted',
      data: { colour: 'red', coats: 2 },
      metadata: { schemaVersion: 3, ...circumstances },
    });
  });

  it('refuses data that breaks the definition, naming the type and the field', () => {
    expect(() => write(Painted({ colour: '', coats: 1 }))).toThrow(CodecError);
    expect(() => write(Painted({ colour: '', coats: 1 }))).toThrow(/cannot write Painted: data \/colour/);
    expect(() => write({ type: 'Painted', data: { colour: 'red' } })).toThrow(/coats/);
    expect(() => write({ type: 'Painted', data: undefined })).toThrow(CodecError);
  });

  it('refuses metadata without who did it', () => {
    const { actor: _, ...nobody } = circumstances;
    expect(() => write(Washed({}), nobody as typeof circumstances)).toThrow(
      /cannot write Washed: metadata .*actor/,
    );
  });

  it('refuses a type nobody has defined', () => {
    expect(() => write({ type: 'Sold', data: {} })).toThrow('event type Sold is not known to this program');
  });

  it('refuses half a character, wherever it is', () => {
    const refused = (work: () => unknown): void => {
      expect(work).toThrow(expect.objectContaining({ code: 'EVENT.BROKEN_TEXT' }));
      expect(work).toThrow(/half a character/);
    };
    refused(() => write(Painted({ colour: 'r\ud800d', coats: 1 })));
    refused(() => write(Washed({}), { ...circumstances, actor: person('amina\udc00') }));
  });
});

describe('reading an event', () => {
  it('gives back what was written', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', minLength: 1 }).filter((text) => text.isWellFormed()),
        fc.integer({ min: 1 }),
        (colour, coats) => {
          const event = Painted({ colour, coats });
          const written = codec.encode(event, 'e1', circumstances);
          const read = codec.decode({ ...written, stream: 'wall-1', revision: 0n, position: 1n });
          expect(read).toMatchObject({ ...event, metadata: { schemaVersion: 3, ...circumstances } });
        },
      ),
    );
  });

  it('takes an old version up one step at a time, and leaves the version it was written with', () => {
    const first = codec.decode(stored({ type: 'Painted', data: { colours: ['red', 'blue'] } }, 1));
    expect(first).toMatchObject({ data: { colour: 'red', coats: 1 }, metadata: { schemaVersion: 1 } });
    const second = codec.decode(stored({ type: 'Painted', data: { colour: 'green' } }, 2));
    expect(second.data).toEqual({ colour: 'green', coats: 1 });
    expect(second).toMatchObject({ id: 'e1', stream: 'wall-1', revision: 4n, position: 9n });
  });

  it('checks what the steps led to', () => {
    const empty = stored({ type: 'Painted', data: { colours: [] } }, 1);
    expect(() => codec.decode(empty)).toThrow(/cannot read Painted e1 \(wall-1 revision 4\): data/);
  });

  it('stops at a version newer than this program knows', () => {
    const newer = stored(Painted({ colour: 'red', coats: 1 }), 4);
    expect(() => codec.decode(newer)).toThrow(/wall-1 revision 4.*version 4 is newer than this program's 3/);
  });

  it('stops at a version with no step, a type not known, and data or metadata that are damaged', () => {
    const gap = defineEvent('Gap', 2, 'There is no step from version 1.', Type.Object({}));
    expect(() => new EventCodec([gap]).decode(stored({ type: 'Gap', data: {} }, 1))).toThrow(
      /no upcast from version 1/,
    );
    expect(() => codec.decode(stored({ type: 'Sold', data: {} }, 1))).toThrow(/Sold is not known/);
    expect(() => codec.decode(stored({ type: 'Painted', data: { colour: 5, coats: 1 } }, 3))).toThrow(
      /colour/,
    );
    const nobody = stored(Washed({}), 1, { actor: undefined });
    expect(() => codec.decode(nobody)).toThrow(/metadata/);
    for (const version of [0, 1.5, '1', undefined]) {
      expect(() => codec.decode(stored(Washed({}), version as number))).toThrow(CodecError);
    }
  });
});

describe('the definitions', () => {
  it('may be given twice, but a type is defined once', () => {
    expect(new EventCodec([Painted, Washed, Painted]).definitions).toEqual([Painted, Washed]);
    const other = defineEvent('Painted', 1, 'Another thing.', Type.Object({}));
    expect(() => new EventCodec([Painted, other])).toThrow('event type Painted is defined twice');
  });
});
