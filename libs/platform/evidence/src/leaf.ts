import type { JsonObject } from '#kernel';
import { canonicalJson } from './canonical-json.js';
import { leafHashOf } from './merkle-tree.js';

/** What of a stored event is evidence. The position is the engine's own and would not survive a copy. */
export interface Leaf {
  readonly id: string;
  readonly stream: string;
  readonly revision: bigint;
  readonly type: string;
  readonly data: JsonObject;
  readonly metadata: JsonObject;
}

/** The exact text whose hash is the event's leaf: what a verifier recomputes from an export. */
export function leafText(event: Leaf): string {
  const { id, stream, revision, type, data, metadata } = event;
  return canonicalJson({ id, stream, revision: revision.toString(), type, data, metadata });
}

/**
 * The leaf of one event **as it is stored**, before any upcast, so that a newer program still verifies what an
 * older one wrote: SHA-256(0x00 ‖ {@link leafText}), by RFC 6962 §2.1. 32 bytes.
 */
export function leafHash(event: Leaf): Buffer {
  return leafHashOf(Buffer.from(leafText(event), 'utf8'));
}
