import type { CommandContext } from '#platform/event-store';
import type { INestApplicationContext } from '@nestjs/common';
import type { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { Command } from 'commander';

/** What a command of the command line works with: the application, who acts, and how to answer. */
export interface OpsSession {
  readonly app: INestApplicationContext;
  readonly commands: CommandBus;
  readonly queries: QueryBus;
  /** The actor is `--as SUBJECT`; `occurredAt` is `--occurred-at` unless given here. */
  context(options?: { occurredAt?: string; commandId?: string }): CommandContext;
  /** With `--json` the result as JSON (bigints as decimal strings), else what `human` says. */
  print(result: unknown, human: () => string): void;
  /** On stderr; silent with `--json`. */
  progress(label: string, total: number): { advance(n?: number): void; done(): void };
  /** Runs policies, due jobs and projections until quiet; where another process holds the lease, waits for it. */
  /**
   * What is waited for is shown once it takes long; nothing is waited for with `--without-waiting`.
   * @param shown while this goes on, something else is shown
   */
  settle(shown?: Promise<unknown>): Promise<void>;
  /** Whether the person wants to wait for what follows. */
  readonly waits: boolean;
}

/** Adds a context's commands. `session` opens the stores that the command's `--data` names. */
export type Register = (program: Command, session: (command: Command) => Promise<OpsSession>) => void;

/** Options that every command takes. */
export interface GlobalOptions {
  readonly json?: true;
  readonly data?: string;
  readonly as?: string;
  readonly role?: string;
  readonly occurredAt?: string;
  readonly withoutWaiting?: true;
}

/**
 * Adds the options that every command takes; call it on each command with an action. Defaults are not given to
 * commander: it could then not be told whether an option stood before or after the command's name.
 */
export function withGlobals(command: Command): Command {
  return command
    .option('--json', 'answer in JSON; errors as { error: { code, message, … } } on stderr')
    .option('--data <dir>', 'the data folder (default: DATA_DIR, else ./data)')
    .option('--as <subject>', 'who acts (default: the account you are logged in with)')
    .option('--role <role>', 'the role they act in (default: operations)')
    .option('--occurred-at <when>', 'when it happened: a date or an instant with offset (default: now)')
    .option(
      '--without-waiting',
      'leave what follows, such as reminders, to the server or the next command that waits',
    );
}
