import { isUtf8 } from 'node:buffer';
import { setImmediate } from 'node:timers/promises';

const SLICE_BYTES = 32 * 1024;
const NEWLINE = 0x0a;

/** Of the publishers' files: UTF-8 from downloads, Windows-1252 from spreadsheets that saved one. */
export type Encoding = 'utf-8' | 'windows-1252';

/** A part of a file. */
export interface Slice {
  /** As they stand in the file. */
  readonly bytes: Buffer;
  /** The same in UTF-8. */
  readonly text: Buffer;
}

/** Bytes that are no text. */
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
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
/** What Windows-1252 leaves undefined. */
const NO_CHARACTER: readonly number[] = [0x81, 0x8d, 0x8f, 0x90, 0x9d];
const UTF16 = [
  [0xff, 0xfe],
  [0xfe, 0xff],
];

/** What a file that is no CSV seems to be, from how it begins; `undefined` if nothing speaks against it. */
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
 * UTF-8 if all of it is; else Windows-1252, in which nearly any bytes are text: so not where something speaks for
 * UTF-8 that was damaged. A name is refused rather than garbled.
 * @throws UnreadableText `IMPORT.ENCODING`
 */
export async function encodingOf(content: Uint8Array): Promise<Encoding> {
  const bytes = bufferOf(content);
  let isAllUtf8 = true;
  for (const { start, end } of boundsIn(bytes)) {
    isAllUtf8 &&= isUtf8(bytes.subarray(start, end));
    await setImmediate();
  }
  if (isAllUtf8) return 'utf-8';
  const { wrong, beyondAscii, undefinedByte } = await lookedThrough(bytes);
  const place = async (offset: number): Promise<string> =>
    `the byte at offset ${offset} (line ${await lineAt(bytes, offset)})`;
  const refuse = async (offset: number, message: string): Promise<never> => {
    const line = await lineAt(bytes, offset);
    throw new UnreadableText('IMPORT.ENCODING', line, `${message}; save it as UTF-8 and import it again`);
  };
  if (BYTE_ORDER_MARK.every((byte, index) => bytes[index] === byte)) {
    return refuse(wrong, `the file begins as UTF-8, but ${await place(wrong)} does not belong there`);
  }
  if (beyondAscii !== undefined) {
    const line = await lineAt(bytes, beyondAscii);
    return refuse(wrong, `the file has UTF-8 in line ${line}, but ${await place(wrong)} is none`);
  }
  if (undefinedByte !== undefined) {
    return refuse(undefinedByte, `${await place(undefinedByte)} is neither UTF-8 nor Windows-1252`);
  }
  return 'windows-1252';
}

/**
 * The file in slices, none of which cuts a character in two.
 * @throws UnreadableText
 */
export async function* slicesOfText(content: Uint8Array, encoding: Encoding): AsyncGenerator<Slice> {
  const file = bufferOf(content);
  const windows1252 = new TextDecoder('windows-1252');
  for (const { start, end } of boundsIn(file)) {
    const bytes = file.subarray(start, end);
    const zero = bytes.indexOf(0);
    if (zero >= 0) {
      const { code, message } = zeroByte(start + zero);
      throw new UnreadableText(code, await lineAt(file, start + zero), message);
    }
    yield { bytes, text: encoding === 'utf-8' ? bytes : Buffer.from(windows1252.decode(bytes)) };
  }
}

function bufferOf(content: Uint8Array): Buffer {
  return Buffer.from(content.buffer, content.byteOffset, content.byteLength);
}

function* boundsIn(bytes: Buffer): Generator<{ readonly start: number; readonly end: number }> {
  for (let start = 0; start < bytes.length;) {
    const end = characterBoundary(bytes, Math.min(start + SLICE_BYTES, bytes.length));
    yield { start, end };
    start = end;
  }
}

/** The place at or shortly before `end` where a character begins, if this is UTF-8. */
function characterBoundary(bytes: Buffer, end: number): number {
  if (end === bytes.length) return end;
  for (let back = 0; back < 4; back += 1) {
    if ((bytes[end - back]! & 0xc0) !== 0x80) return end - back;
  }
  return end;
}

/** Where a file that is not UTF-8 has for the first time … */
interface LookedThrough {
  /** … a byte that is no UTF-8 */
  readonly wrong: number;
  /** … a character in UTF-8 that is not ASCII */
  readonly beyondAscii: number | undefined;
  /** … a byte that is neither UTF-8 nor Windows-1252 */
  readonly undefinedByte: number | undefined;
}

async function lookedThrough(bytes: Buffer): Promise<LookedThrough> {
  let wrong: number | undefined;
  let beyondAscii: number | undefined;
  let undefinedByte: number | undefined;
  let breathe = SLICE_BYTES;
  for (let at = 0; at < bytes.length;) {
    const length = characterLength(bytes, at);
    if (length > 1) beyondAscii ??= at;
    if (length === 0) {
      wrong ??= at;
      if (NO_CHARACTER.includes(bytes[at]!)) undefinedByte ??= at;
    }
    at += Math.max(length, 1);
    if (at < breathe) continue;
    breathe = at + SLICE_BYTES;
    await setImmediate();
  }
  return { wrong: wrong!, beyondAscii, undefinedByte };
}

/** Bytes of the UTF-8 character that begins here; 0 if none does. By table 3-7 of the Unicode standard. */
function characterLength(bytes: Buffer, at: number): number {
  const lead = bytes[at]!;
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  return isUtf8(bytes.subarray(at, at + length)) ? length : 0;
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
