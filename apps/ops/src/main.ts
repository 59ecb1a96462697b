import 'reflect-metadata';
import { CommanderError } from 'commander';
import { EXIT_DONE, failureOf, tell } from './failure.js';
import { Sessions } from './open-session.js';
import { tolerateClosedPipes } from './output.js';
import { opsProgram } from './program.js';

const json = process.argv.includes('--json');
const sessions = new Sessions();

/** @returns the exit code */
async function run(): Promise<number> {
  try {
    await opsProgram(sessions.open, json).parseAsync();
    return EXIT_DONE;
  } catch (error) {
    // Help and version end commander with an "error" of code 0.
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT_DONE;
    const failure = failureOf(error);
    tell(failure, json, (text) => process.stderr.write(text));
    if (process.env['LOG_LEVEL'] === 'debug' && error instanceof Error)
      process.stderr.write(`${error.stack}\n`);
    return failure.exitCode;
  }
}

tolerateClosedPipes();
let code = await run();
try {
  await sessions.close(code !== EXIT_DONE);
} catch (error) {
  const failure = failureOf(error);
  tell(failure, json, (text) => process.stderr.write(text));
  code ||= failure.exitCode;
}
process.exitCode = code;
// What was written is flushed before the end, which nothing left over from the command may then delay.
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
