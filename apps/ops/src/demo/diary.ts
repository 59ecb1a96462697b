import { addDays, type Actor, type CalendarDate, type Instant } from '#kernel';
import type { CommandContext } from '#platform/event-store';
import { atMinute, workingDay } from './calendar.js';
import type { Chance } from './chance.js';

/** One thing somebody does at some moment of the two years. */
export interface Step {
  /** Names the step; the command's id is derived from it. */
  readonly key: string;
  /** The setting, or the programme's own id: steps of one owner are taken one after the other. */
  readonly owner: string;
  readonly by: Actor;
  /** When it happened. */
  readonly at: Instant;
  /** The day on which the system is told. */
  readonly toldOn: CalendarDate;
  /** Rests on what a policy makes of earlier steps, such as a condition that was met. */
  readonly waits: boolean;
  /** `undefined`: there is nothing to do after all. */
  command(context: CommandContext): object | undefined | Promise<object | undefined>;
}

type Told = Pick<Step, 'by' | 'command'> & { readonly waits?: boolean; readonly daysLate?: number };

/** Writes the steps of one owner, one after the other, each on a working day of its own in office hours. */
export class Diary {
  readonly steps: Step[] = [];

  constructor(
    readonly owner: string,
    private readonly chance: Chance,
    private day: CalendarDate,
  ) {}

  /** The day of the last step. */
  get today(): CalendarDate {
    return this.day;
  }

  /** Turns to a page further on; never back. */
  goTo(day: CalendarDate): this {
    if (day > this.day) this.day = day;
    return this;
  }

  /** Some days later, but the next day at the earliest. */
  after(from: number, to: number, key: string, told: Told): this {
    return this.goTo(addDays(this.day, Math.max(1, this.chance.between(from, to, `days ${key}`)))).on(
      key,
      told,
    );
  }

  on(key: string, { by, command, waits = false, daysLate = 0 }: Told): this {
    this.day = workingDay(this.day);
    const at = atMinute(this.day, this.chance.between(9 * 60, 16 * 60 + 30, `minute ${key}`));
    const toldOn = daysLate === 0 ? this.day : workingDay(addDays(this.day, daysLate));
    this.day = toldOn;
    this.steps.push({ key, owner: this.owner, by, at, toldOn, waits, command });
    return this;
  }
}
