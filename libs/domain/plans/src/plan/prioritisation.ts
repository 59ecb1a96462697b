import type { PlanAction } from './plan.events.js';

/** One square of the matrix: what is as doable and has as much impact, each 1 (low) to 4 (high). */
export interface Square {
  readonly doability: number;
  readonly impact: number;
  readonly actionIds: readonly string[];
}

/**
 * The prioritisation matrix of the local workforce strategy guide: actions by how readily they can be done and how much
 * they would change. The order is that in which they want doing: by impact and do-ability together, of equals the
 * greater impact first.
 */
export interface PrioritisationMatrix {
  readonly squares: readonly Square[];
  /** Those that nobody has scored on both. */
  readonly unscored: readonly string[];
}

export function matrixOf(actions: readonly PlanAction[]): PrioritisationMatrix {
  const squares = new Map<string, { doability: number; impact: number; actionIds: string[] }>();
  const unscored: string[] = [];
  for (const { actionId, doability, impact } of actions) {
    if (doability === null || impact === null) {
      unscored.push(actionId);
      continue;
    }
    const key = `${doability}.${impact}`;
    const square = squares.get(key) ?? { doability, impact, actionIds: [] };
    square.actionIds.push(actionId);
    squares.set(key, square);
  }
  const worth = ({ doability, impact }: Square): number => (doability + impact) * 10 + impact;
  return { squares: [...squares.values()].sort((a, b) => worth(b) - worth(a)), unscored };
}
