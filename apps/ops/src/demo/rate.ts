/** What the demonstration's programme pays: between a floor and a cap, at a rate for each full-time equivalent teacher. */
export interface Bounds {
  readonly budgetPence: number;
  readonly floorPence: number;
  readonly capPence: number;
}

const POUND = 100;

/** To choose a rate by; what is offered is worked out exactly, by the programme's own policy. */
function duePence(fte: string, ratePence: number, { floorPence, capPence }: Bounds): number {
  const tenThousandths = BigInt(Math.round(Number(fte) * 10_000));
  const unclamped = Number((tenThousandths * BigInt(ratePence) + 5000n) / 10_000n);
  return Math.min(Math.max(unclamped, floorPence), capPence);
}

/** The highest rate in whole pounds (given in pence) at which all of these together fit the budget; at least £1. */
export function rateThatFits(ftes: readonly string[], bounds: Bounds): number {
  const fits = (pounds: number): boolean =>
    ftes.reduce((sum, fte) => sum + duePence(fte, pounds * POUND, bounds), 0) <= bounds.budgetPence;
  // Beyond a rate at which one teacher reaches the cap, nothing changes any more.
  let [known, beyond] = [1, Math.ceil(bounds.capPence / POUND) + 1];
  while (beyond - known > 1) {
    const middle = Math.floor((known + beyond) / 2);
    if (fits(middle)) known = middle;
    else beyond = middle;
  }
  return known * POUND;
}
