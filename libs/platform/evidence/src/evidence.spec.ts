import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { canonicalHash, canonicalJson, leafHash, leafHashOf, leafText, MerkleTree } from './index.js';

describe('canonical JSON', () => {
  it('writes the example of RFC 8785 §3.2.4 as the RFC does', () => {
    const value = {
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"\/',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('sorts keys by UTF-16 code units, as RFC 8785 §3.2.3 asks', () => {
    const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 };
    expect(Object.values(JSON.parse(canonicalJson(value)) as object)).toEqual([4, 2, 6, 7, 1, 5, 3]);
  });

  it('does not depend on the order in which fields were written', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalHash(turned)).toBe(canonicalHash(value));
      }),
    );
  });

  it('refuses what is no JSON value rather than hash something else', () => {
    for (const value of [undefined, Number.NaN, Number.POSITIVE_INFINITY, { text: '\ud800' }]) {
      expect(() => canonicalJson(value)).toThrow();
    }
  });
});

describe('a leaf', () => {
  const event = {
    id: '0d9f6d4e-6d8e-5f0e-9d0c-4f6a3c8f2a11',
    stream: 'fund-ipswich',
    revision: 12n,
    type: 'FundOpened',
    data: { programmeId: 'ipswich', budgetPence: 120_000_000 },
    metadata: { schemaVersion: 1 },
  };

  it('is the RFC 6962 leaf hash of the canonical JSON of what is stored, the revision as a decimal string', () => {
    const text =
      '{"data":{"budgetPence":120000000,"programmeId":"ipswich"},"id":"0d9f6d4e-6d8e-5f0e-9d0c-4f6a3c8f2a11",' +
      '"metadata":{"schemaVersion":1},"revision":"12","stream":"fund-ipswich","type":"FundOpened"}';
    expect(leafText(event)).toBe(text);
    expect(leafHash(event)).toEqual(createHash('sha256').update(`\0${text}`, 'utf8').digest());
  });

  it('ignores the position, which is the engine’s own', () => {
    expect(leafHash({ ...event, ...{ position: 7n } })).toEqual(leafHash(event));
  });

  it('changes with every part of the event', () => {
    const others = [
      { ...event, id: 'other' },
      { ...event, stream: 'fund-other' },
      { ...event, revision: 13n },
      { ...event, type: 'Other' },
      { ...event, data: { ...event.data, budgetPence: 120_000_001 } },
      { ...event, metadata: { schemaVersion: 2 } },
    ];
    const hashes = [event, ...others].map((one) => leafHash(one).toString('hex'));
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

// The entries and heads of the reference implementation of Certificate Transparency (merkle_tree_test.cc).
const ENTRIES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const HEADS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

/** RFC 6962 §2.1 word for word. */
function treeHead(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return createHash('sha256').digest();
  const [only] = leaves;
  if (only !== undefined && leaves.length === 1) return only;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  const parts = [Buffer.of(1), treeHead(leaves.slice(0, k)), treeHead(leaves.slice(k))];
  return createHash('sha256').update(Buffer.concat(parts)).digest();
}

describe('the Merkle tree', () => {
  it('has the heads that Certificate Transparency publishes', () => {
    const tree = new MerkleTree();
    expect(tree.root().toString('hex')).toBe(HEADS[0]);
    for (const [index, entry] of ENTRIES.entries()) {
      tree.append(leafHashOf(Buffer.from(entry, 'hex')));
      expect(tree.root().toString('hex')).toBe(HEADS[index + 1]);
    }
    expect(tree.size).toBe(ENTRIES.length);
  });

  it('agrees with the recursive definition for any number of leaves', () => {
    const leaves = fc.array(fc.uint8Array({ maxLength: 8 }), { maxLength: 70 });
    fc.assert(
      fc.property(leaves, (entries) => {
        const hashes = entries.map((entry) => leafHashOf(entry));
        const tree = new MerkleTree();
        for (const hash of hashes) tree.append(hash);
        expect(tree.root()).toEqual(treeHead(hashes));
      }),
    );
  });

  it('changes when one leaf changes, two swap, or one is left out', () => {
    const hashes = Array.from({ length: 13 }, (_, index) => leafHashOf(Buffer.of(index)));
    const head = (leaves: readonly Buffer[]): string => {
      const tree = new MerkleTree();
      for (const leaf of leaves) tree.append(leaf);
      return tree.root().toString('hex');
    };
    const heads = [
      head(hashes),
      head(hashes.with(3, leafHashOf(Buffer.of(99)))),
      head(hashes.with(3, hashes[4]!).with(4, hashes[3]!)),
      head(hashes.toSpliced(5, 1)),
    ];
    expect(new Set(heads).size).toBe(heads.length);
  });

  it('refuses what is not a hash', () => {
    expect(() => new MerkleTree().append(Buffer.alloc(31))).toThrow(RangeError);
  });
});
