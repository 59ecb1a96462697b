import { refusal, RefusalError, type JsonObject, type Refusal } from '#kernel';
import { readInput } from './input-file.js';

/** What a command over HTTP may say at most, and so may a file. */
const LARGEST_BYTES = 1024 * 1024;

function bad(path: string, code: string, message: string, details: JsonObject = {}): RefusalError {
  const told: Refusal = refusal(code, 'invalid', `${path}: ${message}`, { path, ...details });
  return new RefusalError(told);
}

function decoded(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw bad(path, 'FILE.NOT_UTF8', 'is not text in UTF-8');
  }
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw bad(path, 'FILE.NOT_JSON', `is not JSON: ${(error as Error).message}`);
  }
}

/**
 * Reads a file that holds what the body of the same command over HTTP would. The fields themselves are checked by
 * whoever decides.
 * @param fields those that the command knows, besides `occurredAt`
 * @throws RefusalError `FILE.NOT_UTF8`, `FILE.NOT_JSON`, `FILE.NOT_AN_OBJECT`, `FILE.UNKNOWN_FIELD`,
 *   `FILE.OCCURRED_AT`, `FILE.TOO_LARGE`, naming file and field
 */
export async function readBody(
  path: string,
  fields: readonly string[],
): Promise<{ readonly body: Record<string, unknown>; readonly said: { occurredAt?: string } }> {
  const bytes = await readInput(path, LARGEST_BYTES, (size) =>
    bad(path, 'FILE.TOO_LARGE', `has ${size} bytes; at most ${LARGEST_BYTES} are read`),
  );
  const content = parsed(path, decoded(path, bytes));
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw bad(path, 'FILE.NOT_AN_OBJECT', `must hold a JSON object with ${fields.join(', ')}`);
  }
  const { occurredAt, ...body } = content as Record<string, unknown>;
  const unknown = Object.keys(body).find((field) => !fields.includes(field));
  if (unknown !== undefined) {
    throw bad(
      path,
      'FILE.UNKNOWN_FIELD',
      `${unknown} is not a field that is known here; known are ${fields.join(', ')}`,
      {
        field: unknown,
      },
    );
  }
  if (occurredAt === undefined) return { body, said: {} };
  if (typeof occurredAt === 'string') return { body, said: { occurredAt } };
  throw bad(path, 'FILE.OCCURRED_AT', 'occurredAt must be text: a date or an instant with its offset', {
    field: 'occurredAt',
  });
}
