import { turnOf, type ParticipationDocument } from '#domain/programme';
import { instant } from '#testing';
import { describe, expect, it } from '@jest/globals';
import { reportTurn } from './report-turn.js';
import type { ReportDocument, ReportStatus } from './reports.projection.js';

describe('a report of a setting that has left', () => {
  const ending = { event: { eventId: 'e', stream: 's', revision: '1', type: 'SettingWithdrew' } };
  const left = {
    part: { status: 'withdrawn', ending: { ...ending, occurredAt: instant('2024-06-01') } },
  } as unknown as ParticipationDocument;
  const standing = { participation: left, audits: [], plan: undefined, endsOn: '2025-07-31' };
  const turn = (status: ReportStatus, own: ReturnType<typeof turnOf>) => {
    const report = { ...own, status, window: 1, closesOn: '2024-12-31' } as ReportDocument;
    return reportTurn(report, standing, instant('2024-07-01')).nextAction;
  };

  it('is judged, or mended, if it had been sent in: it says what was spent', () => {
    expect(turn('submitted', turnOf('judge-report', 'accept or return report 1', '2024-05-01'))).toBe(
      'judge-report',
    );
    expect(turn('returned', turnOf('submit-report', 'mend report 1', '2024-05-02'))).toBe('submit-report');
  });

  it('is not awaited any more', () => {
    expect(turn('awaited', turnOf('submit-report', 'submit report 1', '2024-05-01'))).toBeNull();
  });
});
