import {
  randomId,
  refusal,
  RefusalError,
  sameSubject,
  type Clock,
  type Instant,
  type JsonObject,
} from '#kernel';
import type { RecordKey, Records } from '#platform/records';
import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** A file that somebody sent in as evidence, as an event cites it. */
export type Attachment = Readonly<{
  fileName: string;
  /** By the ending of the name; `application/octet-stream` for one that is not known. */
  mediaType: string;
  bytes: number;
  /** Of the content, in hexadecimal: its name in the store, and what shows that it was not altered. */
  sha256: string;
}>;

export type KeptAttachment = Attachment & Readonly<{ keptBy: string; keptAt: Instant }>;

/** Written beside whoever first sent a file in, since it is known for which settings each did. */
const BY_SETTING = { bySetting: true } as const;
type AsRecorded = KeptAttachment & Partial<typeof BY_SETTING>;

/** Who sends a file in, and for which settings, by URN; `all`: who sees every setting, for whichever cites it. */
export interface Sender {
  readonly subject: string;
  readonly settings: 'all' | readonly string[];
}

export const LARGEST_ATTACHMENT_BYTES = 20 * 1024 * 1024;
const LONGEST_NAME = 200;
const KIND = 'attachment';
/** By hash and URN, or `all`: the name last given there. */
const KIND_OF_SENDER = 'attachment-of';
const SHA256 = /^[0-9a-f]{64}$/;
const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
  odt: 'application/vnd.oasis.opendocument.text',
  pdf: 'application/pdf',
  png: 'image/png',
  txt: 'text/plain',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

/**
 * Files that events cite and do not hold: each in a folder, named by the SHA-256 of its content, and its name and type
 * in the records. The same content is kept once; what it is called is each sender's own, as a name may tell what another
 * keeps to themselves. What was acknowledged is durable, and a file is there whole or not at all, whatever crashes.
 */
export class Attachments {
  constructor(
    readonly folder: string,
    private readonly records: Pick<Records, 'get' | 'put'>,
    private readonly clock: Clock,
  ) {}

  /**
   * @param path the file's name, whatever path it was given with
   * @returns as this sender has it
   * @throws RefusalError `ATTACHMENT.FILE_NAME`, `ATTACHMENT.EMPTY`, `ATTACHMENT.TOO_LARGE`, `ATTACHMENT.FULL`,
   *   `ATTACHMENT.NOT_WRITABLE`, and what the records throw
   */
  async keep(path: unknown, content: Uint8Array, sender: Sender): Promise<KeptAttachment> {
    const fileName = fileNameFrom(path);
    refuseSize(fileName, content.byteLength);
    const sha256 = createHash('sha256').update(content).digest('hex');
    await this.write(sha256, fileName, content);
    const mediaType = mediaTypeOf(fileName);
    const now = this.clock.now();
    const attachment = {
      ...{ fileName, mediaType, bytes: content.byteLength, sha256 },
      ...{ keptBy: sender.subject, keptAt: now },
    };
    const value = attachment as JsonObject;
    const first = { ...value, ...BY_SETTING };
    await this.records.put(
      { kind: KIND, id: sha256 },
      { value: first, expected: 'none', expiresAt: 'never' },
      now,
    );
    const names = sender.settings === 'all' ? ['all'] : sender.settings;
    for (const name of names) await this.rename({ kind: KIND_OF_SENDER, id: `${sha256}.${name}` }, value);
    return attachment;
  }

  /** What is kept under this hash, as whoever first sent it in has it; `undefined` if nothing is. */
  find(sha256: string): Promise<KeptAttachment | undefined> {
    return this.read(KIND, sha256);
  }

  /**
   * What is kept under this hash for a setting, as it was sent in for it or else by who sees every setting; `undefined`
   * if only others sent it in: to know a hash is not to have the file. What was kept before it was known for whom is still
   * theirs who sent it in.
   * @param subject who wants to cite it
   */
  async findOf(urn: string, sha256: string, subject: string): Promise<KeptAttachment | undefined> {
    return (
      (await this.read(KIND_OF_SENDER, sha256, `.${urn}`)) ??
      (await this.read(KIND_OF_SENDER, sha256, '.all')) ??
      (await this.ownOfOld(sha256, subject))
    );
  }

  private async ownOfOld(sha256: string, subject: string): Promise<KeptAttachment | undefined> {
    const kept = await this.recordOf(KIND, sha256);
    if (kept === undefined || 'bySetting' in kept) return undefined;
    return sameSubject(kept.keptBy, subject) ? kept : undefined;
  }

  /**
   * @param cited as it is called where it is cited; without, as whoever first sent it in called it
   * @throws RefusalError `ATTACHMENT.NOT_FOUND`; `ATTACHMENT.ALTERED` if it is not what was sent in
   */
  async open(sha256: string, cited?: Attachment): Promise<Attachment & { readonly content: Buffer }> {
    const kept = cited ?? (await this.find(sha256));
    if (kept === undefined) throw notFound(sha256);
    const content = await readFile(this.pathOf(sha256)).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'ENOENT' ? notFound(sha256, kept.fileName) : error;
    });
    if (createHash('sha256').update(content).digest('hex') !== sha256) {
      throw new RefusalError(
        refusal(
          'ATTACHMENT.ALTERED',
          'wrong-state',
          `${kept.fileName} is not what was sent in: its content no longer has the SHA-256 ${sha256}`,
          { sha256, fileName: kept.fileName },
        ),
      );
    }
    return { ...kept, content };
  }

  private async read(kind: string, sha256: string, of = ''): Promise<KeptAttachment | undefined> {
    const kept = await this.recordOf(kind, sha256, of);
    if (kept === undefined) return undefined;
    const { bySetting: _, ...attachment } = kept;
    return attachment;
  }

  private async recordOf(kind: string, sha256: string, of = ''): Promise<AsRecorded | undefined> {
    if (!SHA256.test(sha256)) return undefined;
    const kept = await this.records.get<JsonObject>({ kind, id: sha256 + of }, this.clock.now());
    return kept?.value as AsRecorded | undefined;
  }

  /** Of two that are sent in for the same setting at once, either name may stay. */
  private async rename(key: RecordKey, value: JsonObject): Promise<void> {
    const now = this.clock.now();
    const known = await this.records.get(key, now);
    await this.records.put(key, { value, expected: known?.version ?? 'none', expiresAt: 'never' }, now);
  }

  /** Two folders deep, so that no folder holds more names than people and file systems like. */
  private pathOf(sha256: string): string {
    return join(this.folder, sha256.slice(0, 2), sha256);
  }

  private async write(sha256: string, fileName: string, content: Uint8Array): Promise<void> {
    const path = this.pathOf(sha256);
    const folder = join(path, '..');
    const temporary = join(folder, `.${randomId()}.tmp`);
    try {
      await mkdir(folder, { recursive: true });
      const file = await open(temporary, 'wx');
      try {
        await file.writeFile(content);
        await file.sync();
      } finally {
        await file.close();
      }
      // Over what is there: the same content, or what was left of it.
      await rename(temporary, path);
      for (const each of [folder, this.folder]) await keepEntries(each);
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw this.explained(error, fileName);
    }
  }

  private explained(error: unknown, fileName: string): unknown {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) return error;
    const isFull = NO_ROOM.has(code);
    const why = isFull ? 'has no room left' : `cannot be written to (${code})`;
    return new RefusalError(
      refusal(
        isFull ? 'ATTACHMENT.FULL' : 'ATTACHMENT.NOT_WRITABLE',
        isFull ? 'full' : 'unavailable',
        `the folder of attachments ${this.folder} ${why}; ${fileName} was not kept`,
        { folder: this.folder, fileName, reason: code },
      ),
    );
  }
}

async function keepEntries(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function notFound(sha256: string, fileName?: string): RefusalError {
  const what = fileName === undefined ? 'no attachment has' : `the content of ${fileName} is missing: it has`;
  return new RefusalError(
    refusal('ATTACHMENT.NOT_FOUND', 'not-found', `${what} the SHA-256 ${sha256.slice(0, 64)}`, {
      field: 'sha256',
      sha256: sha256.slice(0, 64),
    }),
  );
}

function fileNameFrom(path: unknown): string {
  const name = typeof path === 'string' ? (path.split(/[/\\]/).at(-1) ?? '').trim() : '';
  if (name !== '' && name.length <= LONGEST_NAME && !/[\u0000-\u001f\u007f]/.test(name)) return name;
  throw new RefusalError(
    refusal(
      'ATTACHMENT.FILE_NAME',
      'invalid',
      `file must be the name of the file, at most ${LONGEST_NAME} characters: it is cited by it`,
      { field: 'file' },
    ),
  );
}

function refuseSize(fileName: string, bytes: number): void {
  if (bytes === 0) {
    throw new RefusalError(
      refusal('ATTACHMENT.EMPTY', 'invalid', `${fileName} is empty: it shows nothing`, { field: 'file' }),
    );
  }
  if (bytes <= LARGEST_ATTACHMENT_BYTES) return;
  throw new RefusalError(
    refusal(
      'ATTACHMENT.TOO_LARGE',
      'invalid',
      `${fileName} is larger than ${LARGEST_ATTACHMENT_BYTES / 1024 / 1024} MiB`,
      { field: 'file', bytes },
    ),
  );
}

function mediaTypeOf(fileName: string): string {
  return MEDIA_TYPES[fileName.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream';
}
