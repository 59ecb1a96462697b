import {
  AdoptRound,
  allocationOffered,
  allocationRoundReconciled,
  ListRounds,
  rounds,
  SimulateRound,
  type RoundRow,
  type RoundSimulation,
} from '#domain/funding';
import { participationsProjection } from '#domain/programme';
import { settingsProjection } from '#domain/settings';
import { counted, formatPence, refusal, RefusalError, type Position } from '#kernel';
import { EVENT_STORE, EventCodec, type EventStore, type Outcome } from '#platform/event-store';
import { outcomeAnswer } from '#platform/http';
import { ReadModels } from '#platform/read-store';
import type { Command } from 'commander';
import { setTimeout as pause } from 'node:timers/promises';
import { withGlobals, type GlobalOptions, type OpsSession, type Register } from '../session.js';
import { table } from '../table.js';
import { typedNext } from '../typed-next.js';
import { roundInWords } from './round-shown.js';

/** `round simulate`, `round adopt` and `rounds`. */
export const registerRounds: Register = (program, session) => {
  const round = program
    .command('round')
    .description('allocate to every enrolled setting at once: look first, then adopt what was seen');

  withGlobals(round.command('simulate <programme>'))
    .description('what each setting would get, and what would be left; nothing is written')
    .action(async (programmeId: string, _options, command: Command) => {
      const ops = await session(command);
      await ops.app.get(ReadModels).upToHead(settingsProjection);
      const simulation = await ops.queries.execute<SimulateRound, RoundSimulation>(
        new SimulateRound(programmeId),
      );
      ops.print(simulation, () => simulationInWords(simulation, command.optsWithGlobals<GlobalOptions>()));
    });

  withGlobals(round.command('adopt <programme>'))
    .description('set the money aside and make the offers, exactly as they were simulated')
    .requiredOption('--hash <hash>', 'of the simulation that is adopted')
    .action(async (programmeId: string, { hash }: { hash: string }, command: Command) => {
      const ops = await session(command);
      const outcome = await ops.commands.execute<AdoptRound, Outcome>(
        new AdoptRound({ programmeId, hash }, ops.context()),
      );
      const adopted = await offersMade(ops, programmeId, hash, outcome.position);
      ops.print({ ...outcomeAnswer(outcome), round: adopted }, () =>
        [
          ...(outcome.events.length === 0 ? ['This round was adopted already.'] : []),
          roundInWords(adopted, command.optsWithGlobals<GlobalOptions>()),
        ].join('\n'),
      );
    });

  withGlobals(program.command('rounds <programme>'))
    .description('the allocation rounds of a programme: how far each is, and who was not offered anything')
    .action(async (programmeId: string, _options, command: Command) => {
      const ops = await session(command);
      const all = await roundsOf(ops, programmeId);
      const said = command.optsWithGlobals<GlobalOptions>();
      ops.print(all, () =>
        all.length === 0
          ? 'There has been no allocation round yet.'
          : all.map((one) => roundInWords(one, said)).join('\n'),
      );
    });
};

async function roundsOf(ops: OpsSession, programmeId: string): Promise<readonly RoundRow[]> {
  await ops.app.get(ReadModels).upToHead(rounds);
  await ops.app.get(ReadModels).upToHead(participationsProjection);
  return ops.queries.execute<ListRounds, readonly RoundRow[]>(new ListRounds({ programmeId }));
}

async function roundWith(ops: OpsSession, programmeId: string, hash: string): Promise<RoundRow> {
  const found = (await roundsOf(ops, programmeId)).find((one) => one.hash === hash.toLowerCase());
  if (found !== undefined) return found;
  throw new RefusalError(
    refusal('ROUND.NOT_FOUND', 'not-found', `${programmeId} has no allocation round with the hash ${hash}`, {
      hash,
    }),
  );
}

const LOOK_AGAIN_MILLISECONDS = 100;
/** Should nothing happen for so long after this process has done its part, then nobody is at it: who is left waits. */
const PATIENCE_MILLISECONDS = 2000;

/** Waits until the offers are made, here or by the worker that took the job, and shows how far they are. */
async function offersMade(
  ops: OpsSession,
  programmeId: string,
  hash: string,
  since: Position,
): Promise<RoundRow> {
  const round = await roundWith(ops, programmeId, hash);
  if (round.status === 'reconciled' || !ops.waits) return round;
  const progress = ops.progress('Offers', round.settings);
  progress.advance(round.offered);
  let atIt = true;
  const shown = Promise.withResolvers<void>();
  const settled = ops.settle(shown.promise).finally(() => (atIt = false));
  // Looked at again below: until then nobody else hears of it.
  settled.catch(() => undefined);
  const following = new Following(ops, programmeId, round.round, since);
  let idle = 0;
  while (!following.reconciled && idle < PATIENCE_MILLISECONDS) {
    const made = await following.look();
    progress.advance(made);
    idle = made > 0 || atIt ? 0 : idle + LOOK_AGAIN_MILLISECONDS;
    if (!following.reconciled) await pause(LOOK_AGAIN_MILLISECONDS);
  }
  progress.done();
  shown.resolve();
  await settled;
  return roundWith(ops, programmeId, hash);
}

/** Counts a round's offers as they come into the log. */
class Following {
  reconciled = false;
  private readonly store: EventStore;
  private readonly codec: EventCodec;

  constructor(
    ops: OpsSession,
    private readonly programmeId: string,
    private readonly round: number,
    private seen: Position,
  ) {
    this.store = ops.app.get<EventStore>(EVENT_STORE);
    this.codec = ops.app.get(EventCodec);
  }

  /** @returns how many offers of the round are new */
  async look(): Promise<number> {
    let made = 0;
    const types = [allocationOffered.type, allocationRoundReconciled.type];
    for await (const page of this.store.readAll({ after: this.seen, filter: { types } })) {
      for (const stored of page) {
        this.seen = stored.position;
        const { data } = this.codec.decode(stored) as {
          data: { programmeId: string; round: number | { number: number } | null };
        };
        if (data.programmeId !== this.programmeId) continue;
        if (data.round === this.round) this.reconciled = true;
        else if (typeof data.round === 'object' && data.round?.number === this.round) made += 1;
      }
    }
    return made;
  }
}

const NOT_IN_IT = {
  'waits-in-a-round': 'money is set aside for it in an earlier round, until it can be offered',
  'failed-a-check': 'its due diligence failed, or its fraud risk is not acceptable',
} as const;

function simulationInWords(simulation: RoundSimulation, said: GlobalOptions): string {
  const { programmeId, round, hash, policy, rate, settings } = simulation;
  const { availablePence, totalPence, leftPence, leftOut } = simulation;
  const rule =
    policy.kind === 'rate-per-fte'
      ? `${formatPence(policy.ratePencePerFte)} for each teacher`
      : `the money shared by teachers${rate === null ? '' : `, about ${formatPence(rate.penceForATeacher)} for each`}`;
  const lines = settings.map((line) => [
    ...[line.urn, line.name, line.fte, saidBy(line)],
    ...[line.unclampedPence, line.clampedPence].map(formatPence),
    ...[line.remainderPence === 0 ? '' : '+1p', formatPence(line.amountPence)],
  ]);
  return [
    `Allocation round ${round} of ${programmeId}, simulated; nothing was written.`,
    `  policy     version ${policy.version}: ${rule}, from ${formatPence(policy.floorPence)} to ${formatPence(policy.capPence)}`,
    `  available  ${formatPence(availablePence)}`,
    `  total      ${formatPence(totalPence)}  (${counted(settings.length, 'setting')})`,
    `  left       ${formatPence(leftPence)}`,
    ...leftOut.map(({ urn, because }) => `  not in it  ${urn}: ${NOT_IN_IT[because]}`),
    '',
    table(['URN', 'Setting', 'FTE', 'From', 'By FTE', 'In bounds', 'Penny', 'Amount'], 4, lines),
    '',
    `To adopt it:\n  ${typedNext(['round', 'adopt', programmeId, '--hash', hash], said)}`,
  ].join('\n');
}

/** Whatever the figure rests on, down to the row or the document. */
function saidBy({ source, document }: RoundSimulation['settings'][number]): string {
  if (source !== null) return `${source.file}:${source.row}`;
  const { name, sha256 } = document!;
  return `${name} (SHA-256 ${sha256.slice(0, 12)}…), verified`;
}
