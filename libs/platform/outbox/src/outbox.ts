import { randomId, refusal, RefusalError, type JsonObject } from '#kernel';
import { requireJobId } from '#platform/jobs';
import { link, mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** What is to be sent. Whoever sends it reads the file; more fields are welcome. */
export interface OutboxMessage extends JsonObject {
  readonly to: string;
  readonly subject: string;
  readonly body: string;
}

const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);
const FILE = '.json';
const TEMPORARY = /^\..*\.tmp$/;
const ABANDONED_MILLISECONDS = 3_600_000;

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}

/**
 * A folder of messages to be sent, one JSON file for each job. Whatever crashes when, a job's file is there
 * once, whole, and never changes.
 */
export class Outbox {
  private tidied = false;
  private keeping: Promise<void> | undefined;
  private keepingNext: Promise<void> | undefined;

  constructor(readonly folder: string) {}

  /**
   * Writes `<jobId>.json`, durably. If it is there, it stays as it is: delivering again changes nothing.
   * @returns the file's name in the folder
   * @throws RefusalError `JOB.BAD_ID`, `OUTBOX.NOT_WRITABLE` (unavailable), `OUTBOX.FULL` (full)
   */
  async deliver(jobId: string, message: OutboxMessage): Promise<string> {
    const name = `${requireJobId(jobId)}${FILE}`;
    try {
      await mkdir(this.folder, { recursive: true });
      await this.tidy();
      if (!(await this.has(name)))
        await this.put(name, `${JSON.stringify({ jobId, ...message }, null, 2)}\n`);
      // Also for a file that was there: whoever put it may have died before this.
      await this.keepEntries();
      return name;
    } catch (error) {
      throw this.explained(error, name);
    }
  }

  /**
   * The name of a job's file, if it was delivered: a job that runs again after a crash must record that even if by
   * now it would not be sent any more.
   */
  async find(jobId: string): Promise<string | undefined> {
    const name = `${requireJobId(jobId)}${FILE}`;
    return (await this.has(name)) ? name : undefined;
  }

  /** The jobs whose file is there, in the order of their ids. */
  async delivered(): Promise<readonly string[]> {
    try {
      const names = await readdir(this.folder);
      return names
        .filter((name) => name.endsWith(FILE) && !name.startsWith('.'))
        .map((name) => name.slice(0, -FILE.length))
        .sort();
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return [];
      throw error;
    }
  }

  private async has(name: string): Promise<boolean> {
    try {
      await stat(join(this.folder, name));
      return true;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return false;
      throw error;
    }
  }

  private async put(name: string, content: string): Promise<void> {
    const temporary = join(this.folder, `.${randomId()}.tmp`);
    try {
      const file = await open(temporary, 'wx');
      try {
        await file.writeFile(content);
        await file.sync();
      } finally {
        await file.close();
      }
      await this.moveIn(temporary, join(this.folder, name));
    } finally {
      await unlink(temporary).catch(() => undefined);
    }
  }

  /** A second name and then one fewer, which unlike `rename` never replaces what another worker has just put there. */
  private async moveIn(temporary: string, path: string): Promise<void> {
    try {
      await link(temporary, path);
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return;
      if (!NO_LINKS.has(codeOf(error) ?? '')) throw error;
      await rename(temporary, path); // A file system without links: still one whole file.
    }
  }

  /** For all that wait while one is going on, one more: whatever was put there before it begins, it keeps. */
  private keepEntries(): Promise<void> {
    if (this.keeping === undefined) {
      this.keeping = this.syncFolder().finally(() => (this.keeping = undefined));
      return this.keeping;
    }
    this.keepingNext ??= this.keeping
      .catch(() => undefined)
      .then(() => {
        this.keepingNext = undefined;
        return this.keepEntries();
      });
    return this.keepingNext;
  }

  private async syncFolder(): Promise<void> {
    const folder = await open(this.folder, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }

  /** Removes, once, what a process that crashed while writing has left. */
  private async tidy(): Promise<void> {
    if (this.tidied) return;
    this.tidied = true;
    for (const name of await readdir(this.folder)) {
      if (!TEMPORARY.test(name)) continue;
      const path = join(this.folder, name);
      const age = Date.now() - (await stat(path).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs;
      if (age > ABANDONED_MILLISECONDS) await unlink(path).catch(() => undefined);
    }
  }

  private explained(error: unknown, name: string): unknown {
    const code = codeOf(error);
    if (code === undefined || error instanceof RefusalError) return error;
    const details = { folder: this.folder, file: name, reason: code };
    if (NO_ROOM.has(code)) {
      return new RefusalError(
        refusal(
          'OUTBOX.FULL',
          'full',
          `the outbox folder ${this.folder} has no room left; ${name} was not written`,
          details,
        ),
      );
    }
    return new RefusalError(
      refusal(
        'OUTBOX.NOT_WRITABLE',
        'unavailable',
        `the outbox folder ${this.folder} cannot be written to (${code}); ${name} was not written`,
        details,
      ),
    );
  }
}
