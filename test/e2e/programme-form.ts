/** A programme that every rule accepts. */
export function programmeForm(id: string): Record<string, unknown> {
  return {
    id,
    name: `Programme ${id}`,
    area: 'Ipswich',
    startsOn: '2024-09-01',
    endsOn: '2026-07-31',
    budgetPence: 120_000_000,
    policy: { ratePencePerFte: 60_000, floorPence: 1_000_000, capPence: 5_000_000 },
    tranches: [
      { number: 1, shareBasisPoints: 6000, conditions: ['agreement-accepted', 'plan-approved'] },
      { number: 2, shareBasisPoints: 4000, conditions: ['report-1-accepted'] },
    ],
    reportWindows: [{ number: 1, opensOn: '2025-01-06', dueOn: '2025-01-31', closesOn: '2025-02-28' }],
  };
}
