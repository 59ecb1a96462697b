import { addDays, dateInLondon, type CalendarDate, type Instant } from '#kernel';

/** Bacs takes three working days: sent, processed, in the account. */
const BANK_TAKES_WORKING_DAYS = 3;

/** The day by which the bank should have said what became of what it was told to pay; bank holidays are not known here. */
export function answerDueOn(instructedAt: string): CalendarDate {
  let day = dateInLondon(instructedAt as Instant);
  for (let left = BANK_TAKES_WORKING_DAYS; left > 0;) {
    day = addDays(day, 1);
    if (!isWeekend(day)) left -= 1;
  }
  return day;
}

function isWeekend(day: CalendarDate): boolean {
  return [0, 6].includes(new Date(`${day}T12:00:00Z`).getUTCDay());
}
