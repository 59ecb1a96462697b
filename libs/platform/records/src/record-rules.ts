import { randomId, refusal, RefusalError, type Instant } from '#kernel';
import { LARGEST_RECORD_BYTES, type RecordKey, type RecordWrite, type Version } from './records.js';

const KIND = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const ID = /^\P{C}{1,200}$/u;

/** A write in the form in which every engine keeps it. */
export interface CheckedWrite {
  readonly text: string;
  /** Of this write alone, and named before it is sent: one whose answer was lost can be recognised. */
  readonly version: Version;
  /** `null`: never. */
  readonly expiresAt: Instant | null;
}

/** @throws RefusalError `RECORD.BAD_KEY` */
export function checkKey({ kind, id }: RecordKey): void {
  if (!KIND.test(kind)) {
    throw badKey(
      'kind',
      kind,
      "must begin with a letter or digit and hold only letters, digits, '.', '-' and '_', at most 100",
    );
  }
  if (id.length > 200 || !id.isWellFormed() || !ID.test(id)) {
    throw badKey('id', id, 'must have 1 to 200 characters, and no control characters');
  }
}

function badKey(field: string, value: string, rule: string): RefusalError {
  const shown = JSON.stringify(value.slice(0, 100));
  return new RefusalError(
    refusal('RECORD.BAD_KEY', 'invalid', `the ${field} ${shown} of a record ${rule}`, { field }),
  );
}

/** @throws RefusalError `RECORD.BAD_KEY`, `RECORD.TOO_LARGE`, `RECORD.EXPIRED` */
export function checkedWrite(key: RecordKey, { value, expiresAt }: RecordWrite, now: Instant): CheckedWrite {
  checkKey(key);
  const text = JSON.stringify(value);
  if (Buffer.byteLength(text) > LARGEST_RECORD_BYTES) {
    const message = `a record of kind ${key.kind} is larger than ${LARGEST_RECORD_BYTES} bytes: keep a hash of it, or name where it is`;
    throw new RefusalError(refusal('RECORD.TOO_LARGE', 'invalid', message, { field: 'value' }));
  }
  if (expiresAt !== 'never' && expiresAt <= now) {
    const message = `a record of kind ${key.kind} that expires at ${expiresAt} would not be there at once: it is ${now}`;
    throw new RefusalError(refusal('RECORD.EXPIRED', 'invalid', message, { field: 'expiresAt' }));
  }
  return { text, version: randomId() as Version, expiresAt: expiresAt === 'never' ? null : expiresAt };
}

/** @param theirs the event store that the records are about */
export function ofAnotherStore(theirs: string, ours: string): RefusalError {
  return new RefusalError(
    refusal(
      'RECORDS.OF_ANOTHER_STORE',
      'unavailable',
      `the records belong to another event store (${theirs}), not to this one (${ours}): are they those of another ` +
        'installation? If the events were moved here from that one, say so with `npm run -s ops -- records adopt`',
      { theirs, ours },
    ),
  );
}
