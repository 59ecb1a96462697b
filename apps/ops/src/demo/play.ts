import { derivedId, millisOf, RefusalError, type Instant } from '#kernel';
import type { CommandContext } from '#platform/event-store';
import type { JobStore, JobWorker, PolicyRunner } from '#platform/jobs';
import type { CommandBus } from '@nestjs/cqrs';
import { setTimeout as pause } from 'node:timers/promises';
import { atMinute } from './calendar.js';
import type { Step } from './diary.js';
import type { SimulatedClock } from './simulated-clock.js';

const MORNING = 8 * 60;
const EVENING = 18 * 60;
/** The product's own work is done at least this often, so that its jobs never find that they are long overdue. */
const WEEK_MILLISECONDS = 7 * 86_400_000;

/** Why an owner's steps ended before their end. */
export interface Stopped {
  readonly owner: string;
  readonly step: string;
  readonly code: string;
  readonly message: string;
}

const MOST_ATTEMPTS = 20;

/** Refusals that a demonstration on somebody's own files may run into; any other means that the demo is wrong. */
const EXPECTED = new Set(['FUND.INSUFFICIENT']);

export class Player {
  private settledAt = 0;
  private nextDue: Instant | undefined;
  /** Who did something since the product last did its part. */
  private readonly touched = new Set<string>();
  readonly stopped = new Map<string, Stopped>();

  constructor(
    private readonly programmeId: string,
    private readonly clock: SimulatedClock,
    private readonly commands: CommandBus,
    private readonly policies: PolicyRunner,
    private readonly worker: JobWorker,
    private readonly jobs: JobStore,
  ) {}

  /** Takes the steps day by day; those of one day run together, each owner's one after the other. */
  async play(steps: readonly Step[], advance: () => void): Promise<void> {
    const days = Map.groupBy(
      [...steps].sort((a, b) => millisOf(a.at) - millisOf(b.at)),
      (step) => step.toldOn,
    );
    for (const day of [...days.keys()].sort()) {
      const ofDay = days.get(day) ?? [];
      const morning = atMinute(day, MORNING);
      const due = this.nextDue !== undefined && this.nextDue <= morning;
      const longAgo = millisOf(morning) - this.settledAt > WEEK_MILLISECONDS;
      if (due || longAgo || ofDay.some((step) => this.waitsForMore(step))) await this.settleUpTo(morning);
      this.clock.advanceTo(atMinute(day, EVENING));
      const owners = Map.groupBy(ofDay, (step) => step.owner);
      await Promise.all([...owners.values()].map((own) => this.takeInOrder(own, advance)));
    }
  }

  /** Whether a step rests on what the product has not yet made of something that its owner did. */
  private waitsForMore({ waits, owner }: Step): boolean {
    return waits && (owner === this.programmeId ? this.touched.size > 0 : this.touched.has(owner));
  }

  /** Lets the product do what it does by itself, at the moments at which it would have: conditions, reminders. */
  async settleUpTo(moment: Instant): Promise<void> {
    await this.policies.runToHead();
    let last: Instant | undefined;
    for (;;) {
      const due = await this.jobs.nextDue();
      if (due === undefined || due > moment) break;
      this.clock.advanceTo(due);
      const { done } = await this.worker.runDue();
      if (done === 0 && due === last) throw new Error(`jobs due at ${due} do not get done: see \`ops jobs\``);
      last = due;
      await this.policies.runToHead();
    }
    this.clock.advanceTo(moment);
    this.settledAt = millisOf(moment);
    this.touched.clear();
    this.nextDue = await this.jobs.nextDue();
  }

  private async takeInOrder(steps: readonly Step[], advance: () => void): Promise<void> {
    for (const step of steps) {
      if (!this.stopped.has(step.owner)) await this.take(step);
      advance();
    }
  }

  private async take(step: Step): Promise<void> {
    this.touched.add(step.owner);
    const commandId = derivedId('demo', this.programmeId, step.owner, step.key);
    const context: CommandContext = {
      commandId,
      correlationId: commandId,
      causationId: commandId,
      actor: step.by,
      occurredAt: step.at,
    };
    try {
      const command = await step.command(context);
      if (command !== undefined) await this.patiently(() => this.commands.execute(command));
    } catch (error) {
      if (!(error instanceof RefusalError) || !EXPECTED.has(error.code)) {
        throw new Error(`the demo could not ${step.key} for ${step.owner}`, { cause: error });
      }
      const { code, message } = error;
      this.stopped.set(step.owner, { owner: step.owner, step: step.key, code, message });
    }
  }

  /** Offers of one day compete for the fund: who keeps losing tries again, as a person would. */
  private async patiently(execute: () => Promise<unknown>): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await execute();
        return;
      } catch (error) {
        const busy = error instanceof RefusalError && error.refusal.kind === 'busy';
        if (!busy || attempt === MOST_ATTEMPTS) throw error;
        await pause(attempt);
      }
    }
  }
}
