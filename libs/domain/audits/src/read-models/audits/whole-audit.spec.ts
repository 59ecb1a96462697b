import { History, person } from '#testing';
import { describe, expect, it } from '@jest/globals';
import {
  auditCompleted,
  auditReturned,
  auditSignedOff,
  auditStarted,
  type AuditEvent,
} from '../../audit/audit.events.js';
import { NATIONAL_STRATEGY } from '../../instrument/instrument.js';
import { auditsCsv } from './audits-csv.js';
import { wholeAudit } from './whole-audit.js';

const id = { programmeId: 'ipswich', urn: '124570', cycle: 1 };
const reference = { eventId: 'e', stream: 's', revision: '0', type: 'SettingEnrolled' };
const started = auditStarted({
  ...{ ...id, participation: reference },
  ...{ instrumentVersion: 1, instrument: null, academicYear: '2023/24' },
});
const found = (rating: number) => ({
  groups: ['governors'],
  ratings: [{ feature: 'range-of-careers', group: 'governors', rating, evidence: 'Café talks' }],
  ...{ needs: [], supportedBy: [{ kind: 'expert-adviser' as const, who: 'tom' }] },
});
const first = auditCompleted({ ...id, ...found(1) });
const second = auditCompleted({ ...id, ...found(3) });
const returned = auditReturned({ ...id, completion: reference, comments: 'Ask the governors' });
const signedOff = auditSignedOff({ ...id, completion: reference });

function whole(...events: readonly (readonly [AuditEvent, string, string])[]) {
  const history = new History();
  const recorded = events.map(([event, by, at]) => history.record(event, { by: person(by, 'setting'), at }));
  return wholeAudit(recorded, NATIONAL_STRATEGY);
}
const all = [
  [started, 'lead', '2024-01-05'],
  [first, 'lead', '2024-02-01'],
  [returned, 'tom', '2024-02-02'],
  [second, 'lead', '2024-02-03'],
  [signedOff, 'head', '2024-02-04'],
] as const;

describe('an audit, whole', () => {
  it('has every completion with what was said of it, by whom and when', () => {
    const audit = whole(...all);
    expect(audit).toMatchObject({
      ...{ ...id, academicYear: '2023/24', status: 'signed-off' },
      started: { by: 'lead', role: 'setting', at: '2024-01-05T09:00:00.000Z' },
      instrument: { version: 1, features: NATIONAL_STRATEGY.features, groups: NATIONAL_STRATEGY.groups },
    });
    expect(audit?.completions).toMatchObject([
      {
        ...{ ...found(1), number: 1, completed: { by: 'lead', at: '2024-02-01T09:00:00.000Z' } },
        ...{ outcome: 'returned', comments: 'Ask the governors' },
        decided: { by: 'tom', at: '2024-02-02T09:00:00.000Z' },
      },
      {
        ...{ ...found(3), number: 2, outcome: 'signed-off', comments: null },
        decided: { by: 'head', at: '2024-02-04T09:00:00.000Z' },
      },
    ]);
  });

  it('says how far it is, at any moment', () => {
    expect(all.map((_, index) => whole(...all.slice(0, index + 1))?.status)).toEqual([
      ...['started', 'completed', 'returned', 'completed', 'signed-off'],
    ]);
    expect(whole()).toBeUndefined();
    expect(whole([signedOff, 'head', '2024-02-04'])).toBeUndefined();
  });

  it('is a spreadsheet in its order, which begins with the mark of its encoding', () => {
    const lines = auditsCsv([whole(...all)!]).split('\r\n');
    expect(lines[0]).toMatch(/^\uFEFFCycle,/);
    expect(lines.slice(1, -1).map((line) => line.split(',')[4])).toEqual([
      'started',
      ...['completed', 'group', 'rating', 'supporter', 'returned'],
      ...['completed', 'group', 'rating', 'supporter', 'signed-off'],
    ]);
    expect(lines[4]).toContain('Governors,1,Café talks');
  });
});
