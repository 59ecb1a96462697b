import { instantFromMillis, millisOf, parseInstant, randomId, type Instant, type Json } from '#kernel';
import {
  LARGEST_RECORD_BYTES,
  SWEPT_AT_ONCE,
  type ExpectedRecord,
  type RecordKey,
  type Records,
  type Version,
} from '#platform/records';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

const NOON = parseInstant('2024-03-01T12:00:00Z');
const plus = (instant: Instant, milliseconds: number): Instant =>
  instantFromMillis(millisOf(instant) + milliseconds);

/** A store that may hold anything else besides, and for each test a kind of records of its own. */
class Fixture {
  store!: Records;
  kind!: string;
  private opened: Records[] = [];

  constructor(private readonly open: () => Promise<Records>) {
    beforeEach(async () => {
      this.opened = [];
      this.kind = `kind-${randomId()}`;
      this.store = await this.another();
    });
    afterEach(async () => {
      await Promise.all(this.opened.map((each) => each.close()));
    });
  }

  /** The same store once more, as another process would open it. */
  async another(): Promise<Records> {
    const one = await this.open();
    this.opened.push(one);
    return one;
  }

  key(id: string = randomId()): RecordKey {
    return { kind: this.kind, id };
  }

  put(
    key: RecordKey,
    value: Json,
    expected: ExpectedRecord = 'none',
    expiresAt: Instant | 'never' = 'never',
    now = NOON,
  ) {
    return this.store.put(key, { value, expected, expiresAt }, now);
  }
}

/**
 * What every engine of the records port does.
 * @param open opens the same store each time; several may be open at once, as in several processes
 */
export function recordsContract(name: string, open: () => Promise<Records>): void {
  describe(`records on ${name}`, () => {
    const on = new Fixture(open);
    keepContract(on);
    compareContract(on);
    expiryContract(on);
    ownerContract(on);
    behavesLikeTheModel(on);
  });
}

function keepContract(on: Fixture): void {
  it('keep a value as it was given, until it is deleted', async () => {
    const key = on.key();
    expect(await on.store.get(key, NOON)).toBeUndefined();
    const value = { a: [1, { b: null }], text: 'Noël', 'with.dot': { $set: -1.5 }, empty: {} };
    const version = (await on.put(key, value))!;
    expect(await on.store.get(key, NOON)).toEqual({ value, version, expiresAt: 'never' });
    expect(await on.store.delete(key, version, NOON)).toBe(true);
    expect(await on.store.get(key, NOON)).toBeUndefined();
    expect(await on.store.delete(key, version, NOON)).toBe(false);
  });

  it('are durable, and seen by whoever opens the store', async () => {
    const key = on.key();
    const other = await on.another();
    const version = await on.put(key, 1);
    expect((await other.get(key, NOON))?.version).toBe(version);
    await on.store.close();
    expect((await (await on.another()).get(key, NOON))?.value).toBe(1);
    await expect(on.store.get(key, NOON)).rejects.toMatchObject({ code: 'STORE.CLOSED' });
    await expect(on.put(key, 2)).rejects.toMatchObject({ code: 'STORE.CLOSED' });
  });

  it('are told apart by kind and by id, to the byte', async () => {
    const keys = ['a', 'A', 'á', 'a\u0301', 'a/b', 'ann@example.org'].map((id) => on.key(id));
    keys.push({ kind: `${on.kind}-b`, id: 'a' });
    for (const [at, key] of keys.entries()) await on.put(key, at);
    const found = await Promise.all(keys.map((key) => on.store.get(key, NOON)));
    expect(found.map((one) => one?.value)).toEqual(keys.map((_, at) => at));
  });

  it.each(['', 'x'.repeat(201), 'a\nb', '\u0000', '\ud800'])('refuse the id %j', async (id) => {
    const refused = { code: 'RECORD.BAD_KEY', refusal: { details: { field: 'id' } } };
    await expect(on.put(on.key(id), 1)).rejects.toMatchObject(refused);
    await expect(on.store.get(on.key(id), NOON)).rejects.toMatchObject(refused);
    await expect(on.store.delete(on.key(id), 'v' as Version, NOON)).rejects.toMatchObject(refused);
  });

  it.each(['', '.a', 'a/b', 'a b', 'x'.repeat(101)])('refuse the kind %j', async (kind) => {
    await expect(on.put({ kind, id: 'a' }, 1)).rejects.toMatchObject({ code: 'RECORD.BAD_KEY' });
  });

  it('take a value of 64 KiB as JSON and none that is larger', async () => {
    const largest = 'é'.repeat((LARGEST_RECORD_BYTES - 2) / 2);
    const key = on.key();
    expect(await on.put(key, largest)).toBeDefined();
    expect((await on.store.get(key, NOON))?.value).toBe(largest);
    await expect(on.put(on.key(), `${largest}x`)).rejects.toMatchObject({ code: 'RECORD.TOO_LARGE' });
  });
}

function compareContract(on: Fixture): void {
  describe('compare and set', () => {
    it('writes only over what was read', async () => {
      const key = on.key();
      expect(await on.put(key, 'x', randomId() as Version)).toBeUndefined();
      expect(await on.store.get(key, NOON)).toBeUndefined();
      const first = (await on.put(key, 1))!;
      expect(await on.put(key, 2)).toBeUndefined();
      const second = (await on.put(key, 2, first))!;
      expect(second).not.toBe(first);
      expect(await on.put(key, 3, first)).toBeUndefined();
      expect(await on.store.delete(key, first, NOON)).toBe(false);
      expect(await on.store.get(key, NOON)).toEqual({ value: 2, version: second, expiresAt: 'never' });
    });

    it('never takes a record that came back for the one that went', async () => {
      const key = on.key();
      const old = (await on.put(key, 'same'))!;
      await on.store.delete(key, old, NOON);
      const back = await on.put(key, 'same');
      expect(await on.put(key, 'other', old)).toBeUndefined();
      expect(await on.store.delete(key, old, NOON)).toBe(false);
      expect((await on.store.get(key, NOON))?.version).toBe(back);
    });

    it('lets one of many be the first, and one of many the next', async () => {
      const key = on.key();
      const others = [on.store, await on.another(), await on.another()];
      const race = async (expected: ExpectedRecord): Promise<Version> => {
        const tries = Array.from({ length: 30 }, (_, at) =>
          others[at % 3]!.put(key, { value: at, expected, expiresAt: 'never' }, NOON),
        );
        const won = (await Promise.all(tries)).flatMap((version, at) =>
          version === undefined ? [] : [{ version, at }],
        );
        expect(won).toHaveLength(1);
        expect(await on.store.get(key, NOON)).toMatchObject({ value: won[0]!.at, version: won[0]!.version });
        return won[0]!.version;
      };
      await race(await race(await race('none')));
    });

    it('counts exactly when all add to one number', async () => {
      const key = on.key();
      const stores = [on.store, await on.another()];
      const addOne = async (store: Records): Promise<void> => {
        for (;;) {
          const kept = await store.get<number>(key, NOON);
          const write = { value: (kept?.value ?? 0) + 1, expiresAt: 'never' as const };
          if (await store.put(key, { ...write, expected: kept?.version ?? 'none' }, NOON)) return;
        }
      };
      await Promise.all(Array.from({ length: 20 }, (_, at) => addOne(stores[at % 2]!)));
      expect((await on.store.get(key, NOON))?.value).toBe(20);
    });
  });
}

function expiryContract(on: Fixture): void {
  describe('expiry', () => {
    const LATER = plus(NOON, 1000);

    it('makes a record as if it were not there, for every operation, to the millisecond', async () => {
      const key = on.key();
      const version = (await on.put(key, 1, 'none', LATER))!;
      expect(await on.store.get(key, plus(LATER, -1))).toEqual({ value: 1, version, expiresAt: LATER });
      expect(await on.put(key, 2, 'none', 'never', plus(LATER, -1))).toBeUndefined();
      expect(await on.store.get(key, LATER)).toBeUndefined();
      expect(await on.put(key, 2, version, 'never', LATER)).toBeUndefined();
      expect(await on.store.delete(key, version, LATER)).toBe(false);
      const anew = await on.put(key, 2, 'none', 'never', LATER);
      expect(await on.store.get(key, LATER)).toEqual({ value: 2, version: anew, expiresAt: 'never' });
    });

    it('is put off, or taken away, by writing again', async () => {
      const key = on.key();
      const first = (await on.put(key, 1, 'none', LATER))!;
      const second = (await on.put(key, 1, first, plus(LATER, 1)))!;
      expect((await on.store.get(key, LATER))?.version).toBe(second);
      const third = await on.put(key, 1, second, 'never');
      expect((await on.store.get(key, plus(LATER, 1)))?.version).toBe(third);
    });

    it('is refused where the record would not be there at once', async () => {
      await expect(on.put(on.key(), 1, 'none', NOON)).rejects.toMatchObject({ code: 'RECORD.EXPIRED' });
    });

    it('lets a sweep delete what has expired, also in many batches, and nothing else', async () => {
      const many = Array.from({ length: SWEPT_AT_ONCE * 2 + 5 }, () => on.key());
      await Promise.all(many.map((key) => on.put(key, 0, 'none', LATER)));
      const [never, longer, renewed] = [on.key(), on.key(), on.key()];
      await on.put(never, 'never');
      await on.put(longer, 'longer', 'none', plus(LATER, 1));
      const short = await on.put(renewed, 'short', 'none', LATER);
      await on.put(renewed, 'renewed', short, plus(LATER, 1));
      expect(await on.store.sweep(LATER)).toBeGreaterThanOrEqual(many.length);
      expect(await on.store.sweep(LATER)).toBe(0);
      // Gone, and not only hidden: by an earlier clock they would be seen.
      expect(await on.store.get(many[0]!, NOON)).toBeUndefined();
      expect(await on.store.get(many.at(-1)!, NOON)).toBeUndefined();
      const left = [never, longer, renewed].map((key) => on.store.get(key, LATER));
      expect((await Promise.all(left)).map((one) => one?.value)).toEqual(['never', 'longer', 'renewed']);
    });
  });
}

function ownerContract(on: Fixture): void {
  it('belong to the event store that was first, until another adopts them', async () => {
    const [mine, theirs] = [randomId(), randomId()];
    await on.store.adopt(mine);
    const other = await on.another();
    await other.belongsTo(mine);
    await expect(other.belongsTo(theirs)).rejects.toMatchObject({
      code: 'RECORDS.OF_ANOTHER_STORE',
      message: expect.stringContaining('records adopt'),
    });
    const key = on.key();
    await on.put(key, 'kept');
    await other.adopt(theirs);
    await on.store.belongsTo(theirs);
    expect((await on.store.get(key, NOON))?.value).toBe('kept');
  });
}

type Step = Readonly<{
  does: 'get' | 'put' | 'delete';
  id: number;
  /** Which version to expect: of those that this key ever had, or `none`. */
  expects: number;
  lasts: number;
  later: number;
}>;

function behavesLikeTheModel(on: Fixture): void {
  it('behave like their model under random commands', async () => {
    const step: fc.Arbitrary<Step> = fc.record({
      does: fc.constantFrom('get', 'put', 'put', 'delete'),
      id: fc.integer({ min: 0, max: 2 }),
      expects: fc.integer({ min: -1, max: 3 }),
      lasts: fc.integer({ min: 0, max: 4 }),
      later: fc.integer({ min: 0, max: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const kind = `model-${randomId()}`;
        const there = new Map<number, { value: number; version: Version; until: Instant | 'never' }>();
        const versions = new Map<number, Version[]>();
        let now = NOON;
        for (const [turn, { does, id, expects, lasts, later }] of steps.entries()) {
          now = plus(now, later);
          const key = { kind, id: String(id) };
          const entry = there.get(id);
          const current =
            entry === undefined || (entry.until !== 'never' && entry.until <= now) ? undefined : entry;
          const expected = versions.get(id)?.at(-1 - expects) ?? 'none';
          const matches = (current?.version ?? 'none') === expected;
          if (does === 'get') {
            const kept = await on.store.get(key, now);
            expect(kept).toEqual(
              current && { value: current.value, version: current.version, expiresAt: current.until },
            );
          } else if (does === 'delete') {
            if (expected === 'none') continue;
            expect(await on.store.delete(key, expected, now)).toBe(matches);
            if (matches) there.delete(id);
          } else {
            const until = lasts === 0 ? 'never' : plus(now, lasts);
            const write = { value: turn, expected, expiresAt: until } as const;
            const version = await on.store.put(key, write, now);
            expect(version !== undefined).toBe(matches);
            if (version === undefined) continue;
            there.set(id, { value: turn, version, until });
            versions.set(id, [...(versions.get(id) ?? []), version]);
          }
        }
      }),
      { numRuns: 40 },
    );
  });
}
