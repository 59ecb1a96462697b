import { addDays } from '#kernel';
import { Chance } from './chance.js';
import { leave } from './departure.js';
import { Diary, type Step } from './diary.js';
import { fateOf, SMOOTH } from './fate.js';
import { Journey, type Ways } from './journey-steps.js';
import { passOn, SUCCESSION } from './succession.js';

/** A setting, and what it can expect to be allocated. */
export interface Participant {
  readonly urn: string;
  readonly expectedPence: number;
  /** The register that says later that the setting has become another; `undefined`: it stays what it is. */
  readonly becomesAnotherIn?: string;
}

/** Everything one setting and those who support it do in the two years, in order. */
export function journeyOf(
  programmeId: string,
  { urn, expectedPence, becomesAnotherIn }: Participant,
  shared: Omit<Ways, 'programmeId' | 'chance'>,
): readonly Step[] {
  const { calendar, queries } = shared;
  const chance = new Chance(`${programmeId} ${urn}`);
  const diary = new Diary(urn, chance, addDays(calendar.startsOn, 7));
  const ways = { ...shared, programmeId, chance };
  const journey = new Journey(ways, urn, expectedPence, addDays(calendar.startsOn, 60), diary);
  if (becomesAnotherIn !== undefined)
    return succession(ways, journey, diary, expectedPence, becomesAnotherIn);
  const fate = fateOf(chance);
  journey.enrol();
  journey.audit(1);
  if (journey.plan(fate) && journey.allocation(fate)) {
    journey.payee();
    journey.tranche(1);
    if (fate.withdraws) leave(diary, { programmeId, urn }, queries);
    for (const { number } of calendar.windows) {
      if (fate.withdraws || number >= fate.silentFrom) break;
      if (number === 2 && chance.happens(0.6, 'second audit')) journey.secondAudit();
      journey.report(number);
      journey.tranche(number + 1);
      if (number === 1) journey.review();
    }
  }
  return diary.steps.filter((step) => step.toldOn <= calendar.endsOn);
}

/** Two tranches are the school's, and the last is the academy's, which takes its part over. */
function succession(
  ways: Ways,
  school: Journey,
  diary: Diary,
  expectedPence: number,
  register: string,
): readonly Step[] {
  const { programmeId, calendar } = ways;
  school.enrol();
  school.audit(1);
  school.plan(SMOOTH);
  school.allocation(SMOOTH);
  school.payee();
  school.tranche(1);
  school.report(1);
  school.tranche(2);
  school.review();
  passOn(diary, programmeId, calendar, register);
  const { toUrn } = SUCCESSION;
  const next = new Diary(toUrn, ways.chance, diary.today);
  const left = Math.floor((expectedPence * 3) / 10);
  const academy = new Journey(ways, toUrn, left, addDays(diary.today, 90), next);
  academy.allocation(SMOOTH);
  academy.audit(1);
  academy.plan(SMOOTH);
  academy.payee();
  academy.report(2);
  academy.tranche(3);
  return [...diary.steps, ...next.steps].filter((step) => step.toldOn <= calendar.endsOn);
}
