/** @returns the highest whole-pound rate (in pence) at which what `total` gives still fits the budget, at least £1 */
export function highestRate(budgetPence: number, total: (ratePence: number) => number): number {
  const POUND = 100;
  let [fits, tooMuch] = [1, 100_000];
  while (tooMuch - fits > 1) {
    const middle = Math.floor((fits + tooMuch) / 2);
    if (total(middle * POUND) <= budgetPence) fits = middle;
    else tooMuch = middle;
  }
  return fits * POUND;
}
