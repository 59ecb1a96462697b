import type { AuditComparison } from '#domain/audits';
import { describe, expect, it } from '@jest/globals';
import { comparisonInWords } from './audit-compared.js';

const comparison: AuditComparison = {
  ...{ programmeId: 'ipswich', urn: '124570', cycle: 2, academicYear: '2025/26', completed: true },
  ...{ instrumentVersion: 2, lastCycle: 1, lastAcademicYear: '2024/25', lastInstrumentVersion: 1 },
  ratings: [
    {
      ...{ feature: 'x', label: 'The x', group: 'governors', groupLabel: 'Governors' },
      ...{ last: 1, now: 3, change: 2, askedLast: true, askedNow: true },
    },
  ],
  needs: [
    {
      ...{ needId: 'lead', outcome: 'met', group: 'governors', groupLabel: 'Governors' },
      ...{ statement: 'Lead on reading', lastPriority: 'high', priority: null },
    },
  ],
};

describe('two audits side by side', () => {
  it('say which they are, how the ratings moved and what became of the needs', () => {
    const words = comparisonInWords(comparison).split('\n');
    expect(words[0]).toBe(
      'Setting 124570: audit 2 (2025/26, version 2 of the instrument) beside audit 1 (2024/25, version 1 of the instrument)',
    );
    const rows = words.map((line) => line.trim().split(/ {2,}/));
    expect(rows).toContainEqual(['The x', 'Governors', '1', '3', '+2']);
    expect(rows).toContainEqual(['lead', 'Governors', 'met', 'high', '-', 'Lead on reading']);
  });

  it('say so where one is open or has none before it', () => {
    const open = comparisonInWords({ ...comparison, completed: false, needs: [] });
    expect(open).toContain('of the instrument), which is not completed yet, beside audit 1');
    expect(open).not.toContain('Became');
    const first = { ...comparison, lastCycle: null, lastAcademicYear: null, lastInstrumentVersion: null };
    expect(comparisonInWords(first)).toContain('of the instrument) with none before it');
  });
});
