import { v4, v5, validate } from 'uuid';
import { refusal, RefusalError } from './refusal.js';

// The namespace of every name-based id of the product (RFC 9562, version 5). Never changes: ids derived from it are kept.
const TRANCHE_NAMESPACE = '6d0c6ef5-61c5-5b3c-9f0d-0f5c3a3b9c11';

/** A name-based UUID: the same parts give the same id on every machine. */
export function derivedId(...parts: readonly string[]): string {
  return v5(JSON.stringify(parts), TRANCHE_NAMESPACE);
}

/**
 * The id of the event at `index` of those that a command led to in a stream: a command sent again gives the same
 * ids, and one that meets another stream (a key used for two things) gives others. No two events share an id.
 */
export function eventIdOf(commandId: string, stream: string, index: number): string {
  return derivedId('event', commandId, stream, String(index));
}

export function randomId(): string {
  return v4();
}

export function isUuid(value: string): boolean {
  return validate(value);
}

const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** Lower-case words joined by hyphens, at most 60 characters: safe in a stream name, a URL and a shell. */
export function slugFrom(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '');
}

/** @throws RefusalError `ID.NOT_A_SLUG` naming `field` */
export function requireSlug(value: string, field: string): string {
  if (value.length <= 60 && SLUG.test(value)) return value;
  throw new RefusalError(
    refusal(
      'ID.NOT_A_SLUG',
      'invalid',
      `${field} '${value}' must be lower-case words joined by hyphens, at most 60 characters`,
      {
        field,
        value,
      },
    ),
  );
}

const URN = /^\d{5,6}$/;

/** A setting's URN: 6 digits, 5 for a children's centre. */
export function isUrn(value: string): boolean {
  return URN.test(value);
}

/** One setting's part in one programme; also the key of its audit, plan and allocation. */
export function participationId(programmeId: string, urn: string): string {
  return `${programmeId}.${urn}`;
}

/** The inverse of {@link participationId}, ignoring any further dotted part (a cycle, a report or tranche number). */
export function partsOf(id: string): { programmeId: string; urn: string; number?: number } {
  const [programmeId = '', urn = '', number] = id.split('.');
  return { programmeId, urn, ...(number === undefined ? {} : { number: Number(number) }) };
}
