import serialise from 'canonicalize';
import { createHash } from 'node:crypto';

/**
 * The one way of writing a JSON value down (RFC 8785, JCS): the same value gives the same bytes in every
 * program and on every engine, whatever order its fields were stored in.
 * @throws Error for what JSON cannot carry: `undefined`, `NaN`, infinities, lone surrogates
 */
export function canonicalJson(value: unknown): string {
  const text = serialise(value);
  if (text === undefined) throw new Error('only a JSON value has a canonical form');
  return text;
}

/** SHA-256 over the canonical JSON in UTF-8, in lower-case hexadecimal. */
export function canonicalHash(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value), 'utf8').digest('hex');
}
