import { createHash } from 'node:crypto';

const LEAF = Buffer.of(0x00);
const NODE = Buffer.of(0x01);

/** RFC 6962 §2.1: SHA-256(0x00 ‖ entry). */
export function leafHashOf(entry: Uint8Array): Buffer {
  return createHash('sha256').update(LEAF).update(entry).digest();
}

function nodeHash(left: Buffer, right: Buffer): Buffer {
  return createHash('sha256').update(NODE).update(left).update(right).digest();
}

/**
 * The Merkle tree head of RFC 6962 §2.1, grown one leaf at a time. Keeps only the roots of the perfect subtrees
 * that the leaves so far divide into (one for each bit set in their number), so a log of any length needs a few
 * dozen hashes of memory.
 */
export class MerkleTree {
  /** `perfect[k]` is the root of a finished subtree of 2^k leaves, if bit k of the size is set. */
  private readonly perfect: (Buffer | undefined)[] = [];
  private leaves = 0;

  /** @param hash a leaf hash: 32 bytes from `leafHash` or {@link leafHashOf} */
  append(hash: Buffer): void {
    if (hash.length !== 32) throw new RangeError('a leaf hash has 32 bytes');
    let carried = hash;
    let level = 0;
    for (let left = this.perfect[level]; left !== undefined; left = this.perfect[level]) {
      carried = nodeHash(left, carried);
      this.perfect[level] = undefined;
      level += 1;
    }
    this.perfect[level] = carried;
    this.leaves += 1;
  }

  get size(): number {
    return this.leaves;
  }

  /** The head over the leaves so far; of none, the hash of nothing. 32 bytes. */
  root(): Buffer {
    let root: Buffer | undefined;
    for (const subtree of this.perfect) {
      if (subtree !== undefined) root = root === undefined ? subtree : nodeHash(subtree, root);
    }
    return root ?? createHash('sha256').digest();
  }
}
