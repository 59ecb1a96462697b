import { PublishAuditInstrument } from '#domain/audits';
import { TakeSnapshot } from '#domain/evaluation';
import {
  CreateProgramme,
  ExtendReportDeadlines,
  IssueGrantAgreement,
  NameProgrammeBoard,
  AppointSeniorOwner,
  SetFundingRules,
} from '#domain/programme';
import { AttachFile } from '#domain/reporting';
import { ImportSettings, ImportWorkforce } from '#domain/settings';
import { addDays, derivedId, endOfDay, systemClock, type Actor, type Instant } from '#kernel';
import type { Configuration } from '#platform/config';
import { EventCodec, type CommandContext } from '#platform/event-store';
import { JobWorker, PolicyRunner } from '#platform/jobs';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importedFile } from '../input-file.js';
import { openOffice, type Office } from '../office.js';
import type { Progress } from '../output.js';
import { atMinute, calendarBefore, workingDay, type DemoCalendar } from './calendar.js';
import { madeUpCensus } from './census.js';
import { Chance } from './chance.js';
import type { Step } from './diary.js';
import type { Attach } from './journey-steps.js';
import { journeyOf, type Participant } from './journey.js';
import { AGREEMENT, EXTENDED, FUNDING_RULES, SECOND_INSTRUMENT } from './paperwork.js';
import { paymentRuns } from './payment-runs.js';
import { people } from './people.js';
import { CENSUS_FILE } from './place.js';
import { Player, type Stopped } from './play.js';
import { PROGRAMME_ID, programmeFor } from './programme.js';
import { commonPlace, isOpen, registeredSettings, select, type Selection } from './register.js';
import { SimulatedClock } from './simulated-clock.js';
import { SUCCESSION } from './succession.js';

export interface DemoFiles {
  /** A GIAS extract; default: the made-up sample. */
  readonly gias?: string;
  /** A census; default: that of the sample, or for other settings one that is made up. */
  readonly workforce?: string;
}

/** Where the demonstration tells how far it is. */
export interface Audience {
  say(line: string): void;
  progress(label: string, total: number): Progress;
}

export interface Demonstration {
  readonly office: Office;
  readonly programmeId: string;
  readonly calendar: DemoCalendar;
  readonly leftOut: Selection['leftOut'];
  readonly stopped: readonly Stopped[];
  /** Name of the census that was made up; `undefined` if there was no need. */
  readonly madeUp?: string;
}

const sample = (name: string): string => fileURLToPath(import.meta.resolve(`#sample-data/${name}`));

/** Runs two academic years in a new store in the configured folder, and leaves its office open. */
export async function demonstrate(
  configuration: Configuration,
  files: DemoFiles,
  audience: Audience,
): Promise<Demonstration> {
  const calendar = calendarBefore(systemClock.now());
  const opening = atMinute(workingDay(calendar.startsOn), 8 * 60);
  let clock: SimulatedClock | undefined;
  const office = await openOffice(configuration, {
    create: true,
    kind: 'demo',
    clock: (store) => (clock = new SimulatedClock(store, opening)),
  });
  try {
    if (clock === undefined) throw new Error('the office has not asked for its clock');
    const run = new Run(office, clock, calendar, audience, configuration.dataFolder);
    return await run.all(files);
  } catch (error) {
    await office.close();
    throw error;
  }
}

class Run {
  private readonly commands: CommandBus;

  constructor(
    private readonly office: Office,
    private readonly clock: SimulatedClock,
    private readonly calendar: DemoCalendar,
    private readonly audience: Audience,
    private readonly folder: string,
  ) {
    this.commands = office.app.get(CommandBus);
  }

  async all(files: DemoFiles): Promise<Demonstration> {
    const madeUp = await this.import(files);
    const { enrolled, leftOut } = select(await this.settings());
    const area = commonPlace(enrolled);
    const terms = programmeFor(
      area,
      this.calendar,
      enrolled.map(({ fte }) => fte),
    );
    await this.commands.execute(new CreateProgramme(terms, this.context('create', people.operations)));
    const agreement = { ...AGREEMENT, programmeId: PROGRAMME_ID, effectiveOn: this.calendar.startsOn };
    await this.commands.execute(new IssueGrantAgreement(agreement, this.context('issue', people.operations)));
    const rules = {
      ...FUNDING_RULES,
      programmeId: PROGRAMME_ID,
      effectiveOn: addDays(this.calendar.startsOn, 7),
    };
    await this.commands.execute(new SetFundingRules(rules, this.context('rules', people.board)));
    await this.governance();
    const { ratePencePerFte = 0, floorPence, capPence } = terms.policy;
    // No real setting is said to have closed.
    const madeUpRegister = files.gias === undefined ? await readFile(sample('gias.csv'), 'utf8') : undefined;
    const participants = enrolled.map(({ urn, fte }) => {
      const atRate = Math.floor(Number(fte) * ratePencePerFte);
      const expectedPence = Math.min(capPence, Math.max(floorPence, atRate));
      const becomesAnotherIn = urn === SUCCESSION.urn ? madeUpRegister : undefined;
      return { urn, expectedPence, ...(becomesAnotherIn === undefined ? {} : { becomesAnotherIn }) };
    });
    const stopped = await this.play(participants);
    return {
      office: this.office,
      programmeId: PROGRAMME_ID,
      calendar: this.calendar,
      leftOut,
      stopped,
      ...(madeUp === undefined ? {} : { madeUp }),
    };
  }

  private async governance(): Promise<void> {
    const from = {
      ...{ programmeId: PROGRAMME_ID, effectiveOn: this.calendar.startsOn },
      reason: 'minute 1 of the first meeting of the board',
    };
    const owner = { ...from, subject: people.seniorOwner.subject };
    const board = { ...from, members: people.boardMembers.map(({ subject }) => subject) };
    await this.commands.execute(new AppointSeniorOwner(owner, this.context('owner', people.operations)));
    await this.commands.execute(new NameProgrammeBoard(board, this.context('board', people.operations)));
  }

  /** @returns name of the census that had to be made up */
  private async import({ gias, workforce }: DemoFiles): Promise<string | undefined> {
    await this.importFile(gias ?? sample('gias.csv'), ImportSettings);
    if (gias === undefined || workforce !== undefined) {
      await this.importFile(workforce ?? sample('workforce.csv'), ImportWorkforce);
      return undefined;
    }
    const path = join(this.folder, CENSUS_FILE);
    await writeFile(path, madeUpCensus((await this.settings()).filter(isOpen)));
    this.audience.say(
      `${basename(gias)} does not say how many teachers there are. The figures in ${CENSUS_FILE} are MADE UP, one ` +
        'row for each open setting, and all amounts rest on them. Give a real census with --workforce FILE.',
    );
    await this.importFile(path, ImportWorkforce);
    return CENSUS_FILE;
  }

  private async importFile(
    path: string,
    Import: typeof ImportSettings | typeof ImportWorkforce,
  ): Promise<void> {
    const content = await importedFile(path);
    const bar = this.audience.progress(`Importing ${basename(path)}, per cent`, 100);
    let shown = 0;
    const progress = (done: number, total: number): void => {
      const percent = Math.floor((100 * done) / Math.max(1, total));
      bar.advance(percent - shown);
      shown = percent;
    };
    const context = this.context(`import ${basename(path)}`, people.operations);
    await this.commands.execute(new Import({ file: basename(path), content, progress }, context));
    bar.done();
  }

  private settings(): ReturnType<typeof registeredSettings> {
    return registeredSettings(this.office.stores.events, this.office.app.get(EventCodec));
  }

  private async play(participants: readonly Participant[]): Promise<readonly Stopped[]> {
    const { app, stores } = this.office;
    const player = new Player(
      PROGRAMME_ID,
      this.clock,
      this.commands,
      app.get(PolicyRunner),
      app.get(JobWorker),
      stores.jobs,
    );
    const queries = app.get(QueryBus);
    const attach: Attach = (input, context) => this.commands.execute(new AttachFile(input, context));
    const steps = [
      ...participants.flatMap((one) =>
        journeyOf(PROGRAMME_ID, one, { calendar: this.calendar, queries, attach }),
      ),
      ...paymentRuns(PROGRAMME_ID, this.calendar, queries),
      extensionFor(participants, this.calendar),
      secondInstrument(this.calendar),
      ...this.calendar.yearEnds.map((day): Step => snapshotOn(day)),
    ];
    let from: string = this.calendar.startsOn;
    for (const end of this.calendar.yearEnds) {
      const ofYear = steps.filter(({ toldOn }) => toldOn >= from && toldOn <= end);
      const bar = this.audience.progress(`Academic year to ${end}`, ofYear.length);
      await player.play(ofYear, () => bar.advance());
      bar.done();
      from = `${end}~`; // behind that day, before the next
    }
    await player.settleUpTo(endOfDay(this.calendar.endsOn));
    return [...player.stopped.values()];
  }

  private context(key: string, by: Actor, occurredAt?: Instant): CommandContext {
    const commandId = derivedId('demo', PROGRAMME_ID, key);
    return {
      commandId,
      correlationId: commandId,
      causationId: commandId,
      actor: by,
      ...(occurredAt === undefined ? {} : { occurredAt }),
    };
  }
}

/** Some settings are given longer for their first report, on the Saturday two weeks before it is due. */
function extensionFor(participants: readonly Participant[], { windows }: DemoCalendar): Step {
  const first = windows[0]!;
  const urns = participants
    .map(({ urn }) => urn)
    .filter((urn) => new Chance(urn).happens(0.06, 'needs longer for the first report'));
  const day = addDays(first.dueOn, -14);
  const input = { programmeId: PROGRAMME_ID, window: first.number, urns, reason: EXTENDED };
  const dueOn = addDays(first.dueOn, 14);
  return {
    ...{ key: 'extend-report-1', owner: PROGRAMME_ID, by: people.operations, waits: false, toldOn: day },
    at: atMinute(day, 10 * 60),
    command: (context) =>
      urns.length === 0 ? undefined : new ExtendReportDeadlines({ ...input, dueOn }, context),
  };
}

/** Two weeks before the second year, the office publishes what its audits rate by. */
function secondInstrument({ yearEnds }: DemoCalendar): Step {
  const firstEnds = yearEnds[0]!;
  const day = workingDay(addDays(firstEnds, -14));
  const input = { programmeId: PROGRAMME_ID, ...SECOND_INSTRUMENT, effectiveOn: addDays(firstEnds, 1) };
  return {
    ...{ key: 'second-instrument', owner: PROGRAMME_ID, by: people.operations, waits: false, toldOn: day },
    at: atMinute(day, 11 * 60),
    command: (context) => new PublishAuditInstrument(input, context),
  };
}

/** The board closes each year with a snapshot. */
function snapshotOn(day: DemoCalendar['endsOn']): Step {
  return {
    key: `snapshot-${day}`,
    owner: PROGRAMME_ID,
    by: people.board,
    at: atMinute(day, 17 * 60),
    toldOn: day,
    waits: true,
    command: (context) => new TakeSnapshot({ programmeId: PROGRAMME_ID }, context),
  };
}
