import { isUtf8 } from 'node:buffer';
import { setImmediate } from 'node:timers/promises';

const SLICE_BYTES = 32 * 1024;
const NEWLINE = 0x0a;

/** Bytes that are no text in UTF-8. */
export class UnreadableText extends Error {
  override readonly name = 'UnreadableText';
  constructor(
    readonly code: 'IMPORT.ENCODING' | 'IMPORT.NOT_CSV',
    readonly line: number,
    message: string,
  ) {
    super(message);
  }
}

const SIGNATURES: readonly (readonly [bytes: readonly number[], what: string])[] = [
  [[0x50, 0x4b, 0x03, 0x04], 'a spreadsheet or a ZIP archive'],
  [[0xd0, 0xcf, 0x11, 0xe0], 'an old spreadsheet'],
  [[0x1f, 0x8b], 'a compressed file'],
  [[0x25, 0x50, 0x44, 0x46], 'a PDF'],
];
const UTF16 = [
  [0xff, 0xfe],
  [0xfe, 0xff],
];

/** What a file that is no CSV in UTF-8 seems to be, from how it begins; `undefined` if nothing speaks against it. */
export function looksLike(content: Uint8Array): { code: string; message: string } | undefined {
  const begins = (bytes: readonly number[]): boolean => bytes.every((byte, index) => content[index] === byte);
  if (UTF16.some(begins)) {
    return { code: 'IMPORT.ENCODING', message: 'the file is UTF-16: save it as UTF-8 and import it again' };
  }
  const signature = SIGNATURES.find(([bytes]) => begins(bytes));
  if (signature !== undefined) return notCsv(signature[1]);
  const zero = content.subarray(0, SLICE_BYTES).indexOf(0);
  if (zero >= 0) return zeroByte(zero);
  const start = Buffer.from(content.subarray(0, 1024)).toString('latin1').replace(/^ï»¿/, '').trimStart();
  if (start.startsWith('<')) return notCsv('a web page or XML');
  if (start.startsWith('{') || start.startsWith('[')) return notCsv('JSON');
  return undefined;
}

function zeroByte(offset: number): { code: 'IMPORT.NOT_CSV'; message: string } {
  return notCsv(`binary: there is a zero byte at offset ${offset}`);
}

function notCsv(what: string): { code: 'IMPORT.NOT_CSV'; message: string } {
  return { code: 'IMPORT.NOT_CSV', message: `not a CSV: the file seems to be ${what}` };
}

/**
 * The file in slices, none of which cuts a character in two.
 * @throws UnreadableText
 */
export async function* slicesOfText(content: Uint8Array): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  for (let start = 0; start < bytes.length;) {
    const end = characterBoundary(bytes, Math.min(start + SLICE_BYTES, bytes.length));
    const slice = bytes.subarray(start, end);
    if (!isUtf8(slice)) {
      const offset = start + firstWrongByte(slice);
      const line = await lineAt(bytes, offset);
      throw new UnreadableText(
        'IMPORT.ENCODING',
        line,
        `the file is not UTF-8: the byte at offset ${offset} (line ${line}) does not belong there; ` +
          'save it as UTF-8 and import it again',
      );
    }
    const zero = slice.indexOf(0);
    if (zero >= 0) {
      const { code, message } = zeroByte(start + zero);
      throw new UnreadableText(code, await lineAt(bytes, start + zero), message);
    }
    yield slice;
    start = end;
  }
}

/** The place at or shortly before `end` where a character begins. */
function characterBoundary(bytes: Buffer, end: number): number {
  if (end === bytes.length) return end;
  for (let back = 0; back < 4; back += 1) {
    if ((bytes[end - back]! & 0xc0) !== 0x80) return end - back;
  }
  return end;
}

/** Halves its way to the shortest beginning that no continuation could make UTF-8. */
function firstWrongByte(slice: Buffer): number {
  const fits = (length: number): boolean => {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(slice.subarray(0, length), { stream: true });
      return true;
    } catch {
      return false;
    }
  };
  let good = 0;
  let bad = slice.length;
  if (fits(bad)) return incompleteAt(slice, slice.length); // only the end of the file is missing
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (fits(middle)) good = middle;
    else bad = middle;
  }
  return incompleteAt(slice, good);
}

/** If the bytes before `end` begin a character that they do not finish, where it begins; else `end`. */
function incompleteAt(slice: Buffer, end: number): number {
  for (let back = 1; back <= 3 && end - back >= 0; back += 1) {
    const byte = slice[end - back]!;
    if (byte < 0x80) return end;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? end - back : end;
    }
  }
  return end;
}

async function lineAt(bytes: Buffer, offset: number): Promise<number> {
  let line = 1;
  for (let start = 0; start < offset; start += SLICE_BYTES) {
    for (const byte of bytes.subarray(start, Math.min(start + SLICE_BYTES, offset))) {
      if (byte === NEWLINE) line += 1;
    }
    await setImmediate();
  }
  return line;
}
