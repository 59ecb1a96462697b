import { derivedId, eventIdOf, participationId, randomId, type AnyEvent, type EventReference } from '#kernel';
import {
  allocationEvents,
  allocationOffered,
  commitmentConfirmed,
  conditionMet,
  fundEvents,
  fundOpened,
  fundsReserved,
  offerAccepted,
  trancheApproved,
  trancheProposed,
  trancheReleased,
} from '#domain/funding';
import { participationEvents, programmeCreated, programmeEvents, settingEnrolled } from '#domain/programme';
import { settingEvents } from '#domain/settings';
import { EventCodec, type EventStore } from '#platform/event-store';

export const fundingCodec = new EventCodec([
  ...programmeEvents,
  ...participationEvents,
  ...fundEvents,
  ...allocationEvents,
  ...settingEvents,
]);

const SETTINGS = 250;
const START = Date.parse('2022-09-01T09:00:00.000Z');
const POLICY = {
  kind: 'rate-per-fte' as const,
  version: 1,
  ratePencePerFte: 18_500,
  floorPence: 150_000,
  capPence: 900_000,
};
const WINDOWS = [
  { number: 1, opensOn: '2023-01-09', dueOn: '2023-02-10', closesOn: '2023-03-10', deadlineVersion: 1 },
  { number: 2, opensOn: '2023-06-05', dueOn: '2023-07-07', closesOn: '2023-07-21', deadlineVersion: 1 },
];
const CONDITIONS = ['agreement-accepted', 'plan-approved', 'report-1-accepted'];
const AMOUNT = 433_125;
const TRANCHES = [
  { number: 1, shareBasisPoints: 5000, amountPence: 216_563, conditions: CONDITIONS.slice(0, 2) },
  { number: 2, shareBasisPoints: 3000, amountPence: 129_937, conditions: CONDITIONS.slice(0, 3) },
  { number: 3, shareBasisPoints: 2000, amountPence: 86_625, conditions: CONDITIONS.slice(0, 3) },
];

function reference(stream: string, type: string): EventReference {
  return { eventId: eventIdOf(stream, stream, 0), stream, revision: '0', type };
}

/** One programme's money: each stage of its year is gone through by one setting after the other. */
function* programmeHistory(programmeId: string): Generator<AnyEvent> {
  const programme = reference(`programme-${programmeId}`, 'ProgrammeCreated');
  const terms = { programmeId, name: `Early language ${programmeId}`, area: 'Suffolk' };
  const dates = { startsOn: '2022-09-01', endsOn: '2024-07-31', budgetPence: SETTINGS * AMOUNT };
  yield programmeCreated({
    ...{ ...terms, ...dates, policy: POLICY, reportWindows: WINDOWS },
    tranches: TRANCHES.map(({ amountPence: _, ...tranche }) => tranche),
  });
  yield fundOpened({ programmeId, budgetPence: dates.budgetPence, programme });
  const settings = Array.from({ length: SETTINGS }, (_, n) => {
    const urn = String(100_000 + n);
    const allocationId = participationId(programmeId, urn);
    const money = {
      programmeId,
      reservationId: derivedId('reservation', allocationId),
      allocationId,
      urn,
      amountPence: AMOUNT,
    };
    return { urn, money, one: { programmeId, urn }, settingName: `Saint Botolph's Primary School ${n}` };
  });
  for (const { one, urn, settingName } of settings) {
    const setting = reference(`setting-${urn}`, 'SettingRegistered');
    yield settingEnrolled({ ...one, settingName, reportWindows: WINDOWS, programme, setting });
  }
  for (const { one, urn, money, settingName } of settings) {
    yield fundsReserved(money);
    const figure = reference(`setting-${urn}`, 'WorkforceFigureRecorded');
    const amounts = { unclampedPence: AMOUNT, remainderPence: 0, amountPence: AMOUNT, tranches: TRANCHES };
    const { reservationId } = money;
    yield allocationOffered({
      ...{ ...one, settingName, reservationId, fte: '23.4', figure, policy: POLICY, programme, ...amounts },
      ...{ round: null, acceptBy: null, carriedOver: null },
    });
  }
  for (const { one, money } of settings) {
    yield offerAccepted({ ...one, amountPence: AMOUNT, reservationId: money.reservationId, signature: null });
    yield commitmentConfirmed({
      ...money,
      acceptance: reference(`allocation-${money.allocationId}`, 'OfferAccepted'),
    });
  }
  for (const { number, amountPence } of TRANCHES) {
    for (const { one, money } of settings) {
      const evidence = reference(`report-${money.allocationId}.${number}`, 'ProgressReportAccepted');
      yield conditionMet({ ...one, condition: CONDITIONS[number - 1]!, evidence });
      const of = { ...one, number, amountPence };
      yield trancheProposed(of);
      yield trancheApproved({ ...of, authority: null });
      yield trancheReleased(of);
    }
  }
}

/** @param minute of the programme's time */
export function stored(event: AnyEvent, minute: number) {
  const commandId = randomId();
  const at = new Date(START + minute * 60_000).toISOString();
  return fundingCodec.encode(event, randomId(), {
    occurredAt: at as never,
    recordedAt: at as never,
    actor: {
      issuer: 'https://tranche.example/issuer',
      subject: 'amina.khan@suffolk.example',
      role: 'operations',
      authentication: { method: 'bearer-token', keyId: 'key-1', tokenId: commandId },
    },
    commandId,
    correlationId: commandId,
    causationId: commandId,
  });
}

/**
 * Appends the history of as many programmes as give `count` events; four at a time are in their year together.
 * @param types only these, if given
 */
export async function appendFundingHistory(
  store: EventStore,
  count: number,
  types?: readonly string[],
): Promise<void> {
  let programme = 0;
  const begin = () => programmeHistory(`el-${String((programme += 1)).padStart(4, '0')}`);
  const going = [begin(), begin(), begin(), begin()];
  const stream = `bench-${randomId()}`;
  let revision: bigint | 'no-stream' = 'no-stream';
  let batch: ReturnType<typeof stored>[] = [];
  for (let made = 0; made < count;) {
    const turn = made % going.length;
    const next = going[turn]!.next();
    if (next.done === true) {
      going[turn] = begin();
      continue;
    }
    if (types !== undefined && !types.includes(next.value.type)) {
      // Still somebody's turn: the programmes go on side by side.
      going.push(going.shift()!);
      continue;
    }
    batch.push(stored(next.value, made));
    made += 1;
    if (batch.length < 500 && made < count) continue;
    ({ revision } = await store.append(stream, revision, batch));
    batch = [];
  }
}
