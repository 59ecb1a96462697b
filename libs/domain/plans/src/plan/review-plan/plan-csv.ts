import { csvText } from '#platform/csv';
import type { PlanVersion, VersionAction } from '../plan-versions.js';

/** Without it, spreadsheets take what is not ASCII for something else. */
const UTF_8_MARK = '\uFEFF';

type Columns<T> = readonly (readonly [heading: string, of: (item: T) => string | number | null])[];

const OF_VERSION: Columns<PlanVersion> = [
  ['Version', ({ version }) => version],
  ['Status', ({ status }) => status],
  ['Varies version', ({ varies }) => varies?.version ?? null],
  ['Why', ({ varies }) => varies?.reason ?? null],
  ['Submitted', ({ submittedAt }) => submittedAt],
  ['Submitted by', ({ submittedBy }) => submittedBy],
  ['Decided', ({ decidedAt }) => decidedAt],
  ['Decided by', ({ decidedBy }) => decidedBy],
  ['Comments', ({ because }) => because],
];

/** `£4500.00`, as a number that a spreadsheet can add up. */
const pounds = (pence: number): string =>
  `${Math.floor(pence / 100)}.${String(pence % 100).padStart(2, '0')}`;

const OF_ACTION: Columns<VersionAction> = [
  ['Action', ({ actionId }) => actionId],
  ['Need', ({ needId }) => needId],
  ['Found by audit', ({ auditCycle }) => auditCycle],
  ['Activity', ({ activity }) => activity],
  ['Audience', ({ audience }) => audience],
  ['People', ({ headcount }) => headcount],
  [
    'People by group',
    ({ headcountByGroup: by }) => by.map((one) => `${one.group}: ${one.headcount}`).join('; '),
  ],
  ['Provider', ({ provider }) => provider],
  ['Cost in pounds', ({ costPence }) => pounds(costPence)],
  ['Starts', ({ startsOn }) => startsOn],
  ['Ends', ({ endsOn }) => endsOn],
  ['Desired response', ({ desiredResponse }) => desiredResponse],
  ['Desired outcomes', ({ desiredOutcomes }) => desiredOutcomes.join('; ')],
  ['Final outcomes', ({ finalOutcomes }) => finalOutcomes.join('; ')],
  ['Do-ability', ({ doability }) => doability],
  ['Impact', ({ impact }) => impact],
  ['Milestones', ({ milestones }) => milestones.map(({ on, what }) => `${on}: ${what}`).join('; ')],
];

/** Every version of a plan as a spreadsheet: a line for each action, with what was said of it. Instants are in UTC. */
export function planCsv(versions: readonly PlanVersion[]): string {
  const headings = [...OF_VERSION, ...OF_ACTION].map(([heading]) => heading);
  const rows = versions.flatMap((version) =>
    version.actions.map((action) => [
      ...OF_VERSION.map(([, of]) => of(version) ?? ''),
      ...OF_ACTION.map(([, of]) => of(action) ?? ''),
      version.comments.find(({ actionId }) => actionId === action.actionId)?.comment ?? '',
    ]),
  );
  return UTF_8_MARK + csvText([[...headings, 'Comment on the action'], ...rows]);
}
