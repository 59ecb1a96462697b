import { createHash } from 'node:crypto';

/** Draws that come out the same on every run: each is derived from words, such as a URN and what is being drawn. */
export class Chance {
  constructor(private readonly seed: string) {}

  /** From 0 inclusive to 1 exclusive. */
  of(what: string): number {
    return createHash('sha256').update(`${this.seed}\n${what}`).digest().readUInt32BE(0) / 2 ** 32;
  }

  /** A whole number, both ends included. */
  between(from: number, to: number, what: string): number {
    return from + Math.floor(this.of(what) * (to - from + 1));
  }

  /** @param share how often it is true, from 0 to 1 */
  happens(share: number, what: string): boolean {
    return this.of(what) < share;
  }

  pick<const L extends readonly [unknown, ...unknown[]]>(list: L, what: string): L[number] {
    return list[Math.floor(this.of(what) * list.length)];
  }
}
