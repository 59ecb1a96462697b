import { History } from '#testing';
import { describe, expect, it } from '@jest/globals';
import {
  auditCompleted,
  auditReturned,
  auditSignedOff,
  auditStarted,
  type AuditEvent,
} from '../../audit/audit.events.js';
import { auditsProjection, type AuditDocument } from './audits.projection.js';

const id = { programmeId: 'ipswich', urn: '124570', cycle: 1 };
const participation = {
  eventId: 'e',
  stream: 'participation-ipswich.124570',
  revision: '0',
  type: 'SettingEnrolled',
};
const stream = 'audit-ipswich.124570.1';

function project(...events: readonly (readonly [AuditEvent, string])[]): Map<string, AuditDocument | null> {
  const history = new History({ stream });
  const documents = new Map<string, AuditDocument | null>();
  for (const [event, at] of events) {
    const recorded = history.record(event, { at });
    const reaction = auditsProjection.reactionTo(event.type)!;
    for (const touched of reaction.touches(recorded)) {
      documents.set(touched, reaction.apply(documents.get(touched) ?? null, recorded, touched));
    }
  }
  return documents;
}

describe('the audits read model', () => {
  const need = {
    needId: 'phonics',
    group: 'governors',
    priority: 'high' as const,
    statement: 'Read',
    standard: null,
  };
  const groups = ['governors'];
  const ratings = [{ feature: 'range-of-careers', group: null, rating: 3, evidence: 'Interviews' }];

  const supportedBy = [{ kind: 'expert-adviser' as const, who: 'adviser-7' }];

  it('shows an audit that was started', () => {
    const documents = project([
      auditStarted({ ...id, participation, instrumentVersion: 1, instrument: null, academicYear: null }),
      '2024-01-05',
    ]);
    expect(documents.get('ipswich.124570.1')).toEqual({
      id: 'ipswich.124570.1',
      ...id,
      status: 'started',
      ...{ next: 'setting', nextAction: 'complete-audit', nextIs: 'complete audit 1', nextUntil: null },
      nextSince: '2024-01-05T09:00:00.000Z',
      startedAt: '2024-01-05T09:00:00.000Z',
      completedAt: null,
      academicYear: '2023/24',
      instrumentVersion: 1,
      signOff: 'none',
      signOffAt: null,
      signOffBy: null,
      comments: null,
      supportedBy: [],
      groups: null,
      ratings: [],
      needs: [],
      revision: '0',
    });
  });

  it('shows what a completed one found', () => {
    const documents = project(
      [
        auditStarted({ ...id, participation, instrumentVersion: 1, instrument: null, academicYear: null }),
        '2024-01-05',
      ],
      [auditCompleted({ ...id, groups, ratings, needs: [need], supportedBy }), '2024-02-01'],
    );
    expect(documents.get('ipswich.124570.1')).toMatchObject({
      status: 'completed',
      startedAt: '2024-01-05T09:00:00.000Z',
      completedAt: '2024-02-01T09:00:00.000Z',
      needs: [need],
      groups,
      ratings,
      supportedBy,
      revision: '1',
    });
  });

  it('shows its return, and its sign-off once it was completed again', () => {
    const completed = auditCompleted({ ...id, groups, ratings, needs: [need], supportedBy });
    const before = [
      [
        auditStarted({ ...id, participation, instrumentVersion: 1, instrument: null, academicYear: null }),
        '2024-01-05',
      ],
      [completed, '2024-02-01'],
      [auditReturned({ ...id, completion: participation, comments: 'Ask governors' }), '2024-02-02'],
    ] as const;
    expect(project(...before).get('ipswich.124570.1')).toMatchObject({
      ...{ status: 'completed', signOff: 'returned', comments: 'Ask governors', next: 'setting' },
      signOffAt: '2024-02-02T09:00:00.000Z',
    });
    const again = [...before, [completed, '2024-02-03']] as const;
    expect(project(...again).get('ipswich.124570.1')).toMatchObject({
      signOff: 'none',
      comments: null,
      next: 'adviser',
    });
    const signed = project(...again, [auditSignedOff({ ...id, completion: participation }), '2024-02-04']);
    expect(signed.get('ipswich.124570.1')).toMatchObject({
      signOff: 'signed-off',
      revision: '4',
      next: null,
    });
  });

  it('rejects no event, even one whose beginning it never saw', () => {
    const documents = project([
      auditCompleted({ ...id, groups, ratings, needs: [need], supportedBy }),
      '2024-02-01',
    ]);
    expect(documents.get('ipswich.124570.1')).toBeNull();
  });
});
