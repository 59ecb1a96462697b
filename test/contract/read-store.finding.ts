import { randomId, RefusalError } from '#kernel';
import {
  documentsOf,
  LARGEST_FIND,
  LARGEST_IN,
  type CollectionSpec,
  type Document,
  type Query,
  type ReadStore,
} from '#platform/read-store';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { allPages, cases, expected, type Mixed, type DrawnRuns } from './read-store.queries.js';

type Grant = Readonly<{
  id: string;
  programme: string;
  status: string;
  urn: string;
  pence: number;
  open: boolean;
}>;

const SOURCE = 'the-event-store';

/** The part of the contract that queries rest on. */
export function readStoreQueries(
  name: string,
  open: () => Promise<ReadStore>,
  { share = 1 }: DrawnRuns = {},
): void {
  describe(`queries on ${name}`, () => {
    let store: ReadStore;
    const fill = async (spec: CollectionSpec<never>, documents: readonly object[]): Promise<void> => {
      const lease = (await store.acquireLease(spec.name, randomId(), 60_000))!;
      const build = await store.liveBuild(spec, SOURCE);
      const writes = (documents as Document[]).map((document, at) => ({
        id: document.id,
        document,
        position: BigInt(at + 1),
      }));
      await store.write(build, lease, writes, BigInt(documents.length));
    };
    const spec: CollectionSpec<Grant> = {
      name: `c-${randomId()}`,
      version: 1,
      indexes: {
        byStatus: ['programme', 'status', 'urn'],
        byMoney: ['programme', '-pence', 'urn'],
        byOpen: ['open'],
      },
    };
    const grants: readonly Grant[] = Array.from({ length: 30 }, (_, at) => ({
      id: `g${String(at).padStart(2, '0')}`,
      programme: at % 2 === 0 ? 'maths' : 'reading',
      status: ['offered', 'accepted', 'released'][at % 3]!,
      urn: String(100_100 - at),
      pence: at % 4,
      open: at % 5 === 0,
    }));
    const refusalOf = async (query: unknown): Promise<RefusalError> => {
      const error: unknown = await store
        .collection(spec)
        .find(query as Query<Grant>)
        .then(
          () => undefined,
          (reason: unknown) => reason,
        );
      expect(error).toBeInstanceOf(RefusalError);
      return error as RefusalError;
    };

    beforeAll(async () => {
      store = await open();
      await fill(spec, grants);
    });
    afterAll(() => store.close());

    it('find by equality, several values and range, in the order asked for', async () => {
      const found = await store.collection(spec).find({
        where: { programme: 'maths', status: { in: ['offered', 'released'] }, urn: { from: '100080' } },
        sort: [{ field: 'urn', direction: 'descending' }],
        limit: 4,
      });
      const wanted = grants
        .filter((one) => one.programme === 'maths' && one.status !== 'accepted' && one.urn >= '100080')
        .sort((a, b) => (a.urn < b.urn ? 1 : -1));
      expect(found.documents).toEqual(wanted.slice(0, 4));
      expect(found.cursor).toBeDefined();
    });

    it('sort by two fields in different directions where an index does', async () => {
      const query: Query<Grant> = {
        where: { programme: 'reading' },
        sort: [
          { field: 'pence', direction: 'descending' },
          { field: 'urn', direction: 'ascending' },
        ],
      };
      const wanted = grants
        .filter(({ programme }) => programme === 'reading')
        .sort((a, b) => b.pence - a.pence || (a.urn < b.urn ? -1 : 1));
      for (const limit of [1, 2, 7, 100]) {
        expect(await allPages(store.collection(spec), query, limit)).toEqual(wanted);
      }
    });

    it('tell types apart', async () => {
      const find = async (where: unknown): Promise<number> =>
        (await store.collection(spec).find({ where: where as NonNullable<Query<Grant>['where']> })).documents
          .length;
      expect(await find({ open: true })).toBe(6);
      expect(await find({ open: 1 })).toBe(0);
      expect(await find({ open: 'true' })).toBe(0);
      expect(await find({ open: null })).toBe(0);
      expect(await find({ programme: 'maths', pence: { from: '0' } })).toBe(0);
      expect(await find({ programme: 'maths', pence: { from: 0 } })).toBe(15);
    });

    it('find nothing for an empty list, and each document once for a value given twice', async () => {
      const collection = store.collection(spec);
      expect((await collection.find({ where: { open: { in: [] } } })).documents).toEqual([]);
      expect((await collection.find({ where: { open: { in: [true, true] } } })).documents).toHaveLength(6);
    });

    it('tell that there is no more when the page is exactly full', async () => {
      const page = await store.collection(spec).find({ where: { programme: 'maths' }, limit: 15 });
      expect(page.documents).toHaveLength(15);
      expect(page.cursor).toBeUndefined();
    });

    it('go on after the last document of a page, although it was deleted', async () => {
      const own: CollectionSpec<Grant> = { ...spec, name: `c-${randomId()}` };
      await fill(own, grants);
      const query: Query<Grant> = { where: { programme: 'maths' }, limit: 3 };
      const first = await store.collection(own).find(query);
      const lease = (await store.acquireLease(`${own.name} again`, randomId(), 60_000))!;
      const { id } = first.documents.at(-1)!;
      await store.write(
        await store.liveBuild(own, SOURCE),
        lease,
        [{ id, document: null, position: 99n }],
        99n,
      );
      const next = await store.collection(own).find({ ...query, cursor: first.cursor! });
      const all = (await allPages(store.collection(own), { where: { programme: 'maths' } })).map(
        (one) => one.id,
      );
      expect(next.documents.map((one) => one.id)).toEqual(all.slice(2, 5));
    });

    it('find what is one of as many values as may be asked for, page by page', async () => {
      const others = Array.from({ length: LARGEST_IN - 2 }, (_, at) => `other ${at}`);
      const query: Query<Grant> = {
        where: { programme: 'maths', status: { in: ['released', ...others, 'offered'] } },
        sort: [{ field: 'urn', direction: 'ascending' }],
      };
      const wanted = grants
        .filter((one) => one.programme === 'maths' && one.status !== 'accepted')
        .sort((a, b) => (a.urn < b.urn ? -1 : 1));
      for (const limit of [1, 3, 100]) {
        expect(await allPages(store.collection(spec), query, limit)).toEqual(wanted);
      }
    });

    it('find the documents with these ids, more of them than may be asked for at once', async () => {
      const ids = [
        ...grants.map(({ id }) => id),
        'g00',
        ...Array.from({ length: LARGEST_IN }, (_, at) => `no ${at}`),
      ];
      const found = await documentsOf(store.collection(spec), ids.toReversed());
      expect(new Set(found.keys())).toEqual(new Set(grants.map(({ id }) => id)));
      for (const one of grants) expect(found.get(one.id)).toEqual(one);
      expect(await documentsOf(store.collection(spec), [])).toEqual(new Map());
    });

    it('are refused when no index serves them, naming the fields and the indexes', async () => {
      const sort = (...fields: string[]) =>
        fields.map((field) => ({
          field: field.replace('-', ''),
          direction: field[0] === '-' ? 'descending' : 'ascending',
        }));
      for (const query of [
        { where: { urn: '100100' } },
        { where: { status: 'offered' } },
        { where: { programme: 'maths', urn: '100100' } },
        { where: { programme: { from: 'a' }, status: 'offered' } },
        { where: { programme: 'maths', status: { from: 'a' }, urn: { from: '1' } } },
        { where: { programme: 'maths' }, sort: sort('urn') },
        { where: { programme: 'maths' }, sort: sort('pence', 'urn') },
        { where: { programme: 'maths', status: { from: 'a' } }, sort: sort('urn') },
        { where: { programme: 'maths' }, sort: sort('status', 'urn', '-id') },
        { where: { nobody: 'knows' } },
        { where: { '"; DROP TABLE builds; --': 'x' } },
        { sort: sort('urn') },
      ]) {
        const refused = await refusalOf(query);
        expect(refused.code).toBe('QUERY.NOT_INDEXED');
        expect(refused.message).toContain('byStatus (programme, status, urn, id)');
        for (const field of Object.keys(query.where ?? {})) expect(refused.message).toContain(field);
      }
    });

    it('are refused for limits and values that are none', async () => {
      for (const limit of [0, -1, 1.5, LARGEST_FIND + 1, NaN, '10']) {
        expect((await refusalOf({ limit })).code).toBe('QUERY.BAD_LIMIT');
      }
      for (const condition of [
        undefined,
        NaN,
        'half \ud800',
        { in: 'maths' },
        { in: [['maths']] },
        { in: Array.from({ length: LARGEST_IN + 1 }, (_, at) => at) },
        {},
        { from: 1, to: 'z' },
        { from: null },
        { from: true },
        { equals: 'maths' },
        { from: 'a', unto: 'z' },
      ]) {
        const refused = await refusalOf({ where: { programme: condition } });
        expect(refused.code).toBe('QUERY.BAD_VALUE');
        expect(refused.message).toContain('programme');
      }
      expect((await refusalOf({ sort: [{ field: 'id', direction: 'up; --' }] })).code).toBe(
        'QUERY.BAD_VALUE',
      );
    });

    it('are refused with a cursor that is not theirs', async () => {
      const query: Query<Grant> = { where: { programme: 'maths' }, limit: 2 };
      const { cursor = '' } = await store.collection(spec).find(query);
      expect(cursor).toMatch(/^[\w-]+$/);
      const others: Query<Grant>[] = [
        { where: { programme: 'reading' } },
        { where: { programme: { in: ['maths', 'reading'] } } },
        { where: { programme: 'maths', status: 'offered' } },
        { where: { programme: 'maths', status: { from: 'a' } } },
        { where: { programme: 'maths' }, sort: [{ field: 'status', direction: 'descending' }] },
        {},
      ];
      for (const other of others)
        expect((await refusalOf({ ...other, cursor })).code).toBe('QUERY.BAD_CURSOR');
      for (const wrong of [
        '',
        'x',
        cursor.slice(2),
        `${cursor}AAAA`,
        Buffer.from('{}').toString('base64url'),
      ]) {
        expect((await refusalOf({ ...query, cursor: wrong })).code).toBe('QUERY.BAD_CURSOR');
      }
      expect((await store.collection(spec).find({ ...query, limit: 5, cursor })).documents).toHaveLength(5);
    });

    it('never leave their range, whatever a cursor made by hand says', async () => {
      const query: Query<Grant> = { where: { programme: 'maths', status: { from: 'b', to: 'p' } }, limit: 1 };
      const { cursor = '' } = await store.collection(spec).find(query);
      const parts = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
      for (const value of ['a', 'q', 1, null]) {
        const made = Buffer.from(JSON.stringify([parts[0], value, ...parts.slice(2)])).toString('base64url');
        expect((await refusalOf({ ...query, cursor: made })).code).toBe('QUERY.BAD_CURSOR');
      }
    });

    it('find the same, page by page with any limit, as sorting everything in memory', async () => {
      await fc.assert(
        fc.asyncProperty(cases, fc.integer({ min: 1, max: 12 }), async (one, limit) => {
          const own: CollectionSpec<Mixed> = { ...one.spec, name: `c-${randomId()}`, version: 1 };
          await fill(own, one.documents);
          const wanted = expected(one).map(({ id }) => id);
          const found = await allPages(store.collection(own), one.query, limit);
          expect(found.map(({ id }) => id)).toEqual(wanted);
          expect((await allPages(store.collection(own), one.query)).map(({ id }) => id)).toEqual(wanted);
        }),
        { numRuns: Math.ceil(300 * share) },
      );
    });
  });
}
