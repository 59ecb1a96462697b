import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { planCsv } from './plan-csv.js';
import { action } from '../plan.fixture.js';
import { wholeActions } from '../plan-rules.js';
import type { PlanVersion } from '../plan-versions.js';

const whole = wholeActions([
  {
    ...action,
    headcountByGroup: [
      { group: 'early-career-teachers', headcount: 4 },
      { group: 'governors', headcount: 2 },
    ],
    ...{ costPence: 250_005, doability: 4, impact: 3 },
    finalOutcomes: ['Children read sooner', 'Families read at home'],
    milestones: [{ on: '2024-03-01', what: 'Half of it held' }],
  },
]);
const version: PlanVersion = {
  ...{ version: 2, varies: { version: 1, reason: 'Dearer' }, status: 'returned' },
  ...{ submittedAt: '2024-01-02T09:00:00.000Z', submittedBy: 'head' },
  ...{ decidedAt: '2024-01-03T09:00:00.000Z', decidedBy: 'officer', because: 'nearly' },
  comments: [{ actionId: action.actionId, comment: 'which café?' }],
  ...{ totalPence: 250_005, auditCycle: 2, actions: whole.map((one) => ({ ...one, auditCycle: 1 })) },
};

describe('a plan as a spreadsheet', () => {
  it('has every action of every version with all that it says, and what was said of it by whom', () => {
    const rows = parse(planCsv([{ ...version, version: 1, comments: [] }, version]), {
      ...{ columns: true, bom: true },
    });
    expect(rows).toMatchObject([
      { Version: '1', 'Comment on the action': '' },
      {
        ...{ Version: '2', Status: 'returned', 'Varies version': '1', Why: 'Dearer', Comments: 'nearly' },
        ...{ 'Submitted by': 'head', 'Decided by': 'officer', 'Comment on the action': 'which café?' },
        ...{ 'Cost in pounds': '2500.05', 'Do-ability': '4', Impact: '3', Provider: '' },
        'Found by audit': '1',
        'People by group': 'early-career-teachers: 4; governors: 2',
        'Final outcomes': 'Children read sooner; Families read at home',
        Milestones: '2024-03-01: Half of it held',
      },
    ]);
  });
});
