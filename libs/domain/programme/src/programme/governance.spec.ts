import { given } from '#testing';
import { describe, expect, it } from '@jest/globals';
import { programmeBoardNamed, programmeCreated, seniorOwnerAppointed } from './programme.events.js';
import { programme } from './programme.js';

const programmeId = 'ipswich';
const reason = 'minute 1';
const created = programmeCreated({
  ...{ programmeId, name: 'Ipswich', area: 'Suffolk', startsOn: '2024-09-01', endsOn: '2026-07-31' },
  ...{ budgetPence: 120_000_000, tranches: [], reportWindows: [] },
  policy: { version: 1, kind: 'rate-per-fte', ratePencePerFte: 60_000, floorPence: 1, capPence: 2 },
});

describe('the senior responsible owner', () => {
  const appoint = (subject: string, effectiveOn = '2024-03-01', changed: object = {}) => ({
    type: 'AppointSeniorOwner' as const,
    data: { subject, effectiveOn, reason, ...changed },
  });
  const appointed = (subject: string, effectiveOn = '2024-03-01') =>
    seniorOwnerAppointed({ programmeId, subject, effectiveOn, reason });

  it('is named from a day on, and followed by another', () => {
    given(programme, created).when(appoint(' ada ')).then(appointed('ada'));
    given(programme, created, appointed('ada'))
      .when(appoint('ben', '2024-04-01'))
      .then(appointed('ben', '2024-04-01'));
    given(programme, created, appointed('ada')).when(appoint('ada', '2024-04-01')).thenNothing();
    given(programme, created, appointed('ada')).when(appoint('ADA', '2024-04-01')).thenNothing();
    given(programme, created).when(appoint('a\u200bda')).thenRefused('IDENTITY.BAD_SUBJECT');
  });

  it('is refused without a name, a reason, a day, a programme, or before who went before', () => {
    given(programme, created).when(appoint(' ')).thenRefused('PROGRAMME.MALFORMED');
    given(programme, created)
      .when(appoint('ada', '2024-03-01', { reason: '' }))
      .thenRefused('PROGRAMME.MALFORMED');
    given(programme, created).when(appoint('ada', '2024-02-30')).thenRefused('TIME.NOT_UNDERSTOOD');
    given(programme).when(appoint('ada')).thenRefused('PROGRAMME.NOT_FOUND');
    const earlier = (at: string) =>
      given(programme, created, appointed('ada'))
        .when(appoint('ben', '2024-02-29'), { at })
        .thenRefused('PROGRAMME.APPOINTED_EARLIER').message;
    expect(earlier('2024-02-28')).toMatch(/or withdraw that one/);
    expect(earlier('2024-03-01')).not.toMatch(/withdraw/);
    given(programme, created, [appointed('ada'), { at: '2024-02-01' }])
      .when(appoint('ben'), { at: '2024-01-31' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });

  it('changes at most a hundred times', () => {
    const all = Array.from({ length: 100 }, (_, index) => appointed(`person-${index}`));
    given(programme, created, ...all)
      .when(appoint('ada'))
      .thenRefused('PROGRAMME.TOO_MANY_APPOINTMENTS');
  });
});

describe('the programme board', () => {
  const name = (members: string[], effectiveOn = '2024-03-01') => ({
    type: 'NameProgrammeBoard' as const,
    data: { members, effectiveOn, reason },
  });
  const named = (members: string[], effectiveOn = '2024-03-01') =>
    programmeBoardNamed({ programmeId, members, effectiveOn, reason });

  it('is named as a whole, and the same people again are the same board', () => {
    given(programme, created)
      .when(name(['ada', ' ben']))
      .then(named(['ada', 'ben']));
    given(programme, created, named(['ada', 'ben']))
      .when(name(['ben', 'ada']))
      .thenNothing();
    given(programme, created, named(['ada', 'ben']))
      .when(name(['ben']))
      .then(named(['ben']));
  });

  it('has one seat for one person, however they are spelt', () => {
    for (const again of ['b1', 'Ｂ1', 'B1 ']) {
      const refused = given(programme, created)
        .when(name(['B1', 'ada', again]))
        .thenRefused('PROGRAMME.MEMBER_TWICE');
      expect(refused.details).toMatchObject({ field: 'members[2]' });
    }
    given(programme, created, named(['ada', 'B1']))
      .when(name(['b1', 'Ada']))
      .thenNothing();
    given(programme, created, named(['ada', 'ben']))
      .when(name(['ada', 'Ada2']))
      .then(named(['ada', 'Ada2']));
    const hidden = given(programme, created)
      .when(name(['ada', 'B1\u200b']))
      .thenRefused('IDENTITY.BAD_SUBJECT');
    expect(hidden.details).toMatchObject({ field: 'members[1]' });
  });

  it('is refused when it is empty, names somebody twice, or goes before the one before', () => {
    given(programme, created).when(name([])).thenRefused('PROGRAMME.MALFORMED');
    given(programme, created)
      .when(name(['ada', 'ada ']))
      .thenRefused('PROGRAMME.MEMBER_TWICE');
    given(programme, created)
      .when(name(['ada'], '1 March'))
      .thenRefused('TIME.NOT_UNDERSTOOD');
    given(programme, created, named(['ada']))
      .when(name(['ben'], '2024-02-01'))
      .thenRefused('PROGRAMME.APPOINTED_EARLIER');
  });
});
