import { refusal, RefusalError } from '#kernel';
import { ConfigurationError } from '#platform/config';
import { describe, expect, it } from '@jest/globals';
import { CommanderError } from 'commander';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT_REFUSED, EXIT_USAGE, failureOf, tell, UsageError, type Failure } from './failure.js';

const noDate = (field: string) => refusal('TIME.NOT_UNDERSTOOD', 'invalid', `${field} is no date`, { field });

describe('what went wrong at the command line', () => {
  it('is what was refused, with all that was said of it, thrown or returned', () => {
    const no = refusal('FUND.TOO_SMALL', 'wrong-state', 'there is not enough', { leftPence: 1 });
    const failure = {
      ...{ exitCode: EXIT_REFUSED, code: 'FUND.TOO_SMALL', message: 'there is not enough' },
      details: { leftPence: 1 },
    };
    expect(failureOf(no)).toEqual(failure);
    expect(failureOf(new RefusalError(no))).toEqual(failure);
  });

  it('is wrong usage where an option is malformed, and a refusal where what a file says is', () => {
    expect(failureOf(noDate('asOf'))).toMatchObject({ exitCode: EXIT_USAGE, code: 'TIME.NOT_UNDERSTOOD' });
    expect(failureOf(noDate('startsOn'))).toMatchObject({ exitCode: EXIT_REFUSED });
    const another = refusal('TIME.IN_FUTURE', 'invalid', 'not yet', { field: 'occurredAt' });
    expect(failureOf(another)).toMatchObject({ exitCode: EXIT_REFUSED });
  });

  it.each([
    [new UsageError('say which'), 'OPS.USAGE', 'say which'],
    [
      new CommanderError(1, 'commander.unknownOption', "error: unknown option '--x'"),
      'OPS.USAGE',
      "unknown option '--x'",
    ],
    [
      new CommanderError(1, 'commander.help', '(outputHelp)'),
      'OPS.USAGE',
      'a command is missing: --help lists those there are',
    ],
    [
      new ConfigurationError(['PORT is no port', 'HOST is empty']),
      'OPS.CONFIGURATION',
      'PORT is no port\nHOST is empty',
    ],
  ])('is wrong usage before anything is attempted: %s', (error, code, message) => {
    expect(failureOf(error)).toEqual({ exitCode: EXIT_USAGE, code, message, details: {} });
  });

  it('names a file that cannot be opened, and says why in words', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tranche-failure-'));
    const path = join(folder, 'nowhere.csv');
    const thrownBy = (work: Promise<unknown>) =>
      work.then(
        () => undefined,
        (error: unknown) => error,
      );
    expect(failureOf(await thrownBy(readFile(path)))).toEqual({
      ...{ exitCode: EXIT_REFUSED, code: 'OPS.FILE', details: { path } },
      message: `${path}: there is no such file or folder`,
    });
    await rm(folder, { recursive: true });
  });

  it('is a failure of its own where nobody foresaw it, in the words it came with', () => {
    const unforeseen = (message: string): Failure => ({
      ...{ exitCode: EXIT_REFUSED, code: 'OPS.FAILED', message, details: {} },
    });
    expect(failureOf(new Error('the sky fell'))).toEqual(unforeseen('the sky fell'));
    expect(failureOf('the sky fell')).toEqual(unforeseen('the sky fell'));
    // What the system says of no file in particular is not put down to one.
    const noFile = Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
    expect(failureOf(noFile)).toEqual(unforeseen('ENOSPC: no space left'));
    const unknown = Object.assign(new Error('EMFILE: too many'), { code: 'EMFILE', path: '/x' });
    expect(failureOf(unknown)).toEqual(unforeseen('EMFILE: too many'));
  });
});

describe('telling it', () => {
  const failure: Failure = {
    ...{ exitCode: EXIT_REFUSED, code: 'OPS.FAILED', message: 'the sky fell' },
    details: { code: 'another', path: '/x' },
  };
  const told = (json: boolean): string => {
    let text = '';
    tell(failure, json, (more) => (text += more));
    return text;
  };

  it('is a sentence and its code for a person', () => {
    expect(told(false)).toBe('the sky fell\n(OPS.FAILED)\n');
  });

  it('is one object for a program, whose code no detail hides', () => {
    expect(told(true).endsWith('}\n')).toBe(true);
    expect(JSON.parse(told(true))).toEqual({
      error: { code: 'OPS.FAILED', message: 'the sky fell', path: '/x' },
    });
  });
});
