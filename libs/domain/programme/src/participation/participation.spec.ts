import { given, instant } from '#testing';
import { describe, expect, it } from '@jest/globals';
import { settingEnrolled } from './participation.events.js';
import { participation } from './participation.js';

const fact = (stream: string, type: string, at: string) => ({
  event: { eventId: `id of ${stream}`, stream, revision: '0', type },
  occurredAt: instant(at),
});
const reportWindows = [
  { number: 1, opensOn: '2025-01-06', dueOn: '2025-01-31', closesOn: '2025-02-28', deadlineVersion: 1 },
];
const programme = { ...fact('programme-ipswich', 'ProgrammeCreated', '2024-01-01'), reportWindows };
const setting = {
  ...fact('setting-124570', 'SettingRegistered', '2024-01-01'),
  name: 'Acorn Wharf',
  status: 'Open',
};
const enrol = (changed: object = {}) => ({
  type: 'EnrolSetting' as const,
  data: { programmeId: 'ipswich', urn: '124570', programme, setting, ...changed },
});
const enrolled = settingEnrolled({
  programmeId: 'ipswich',
  urn: '124570',
  settingName: 'Acorn Wharf',
  reportWindows,
  programme: programme.event,
  setting: setting.event,
});

describe('enrolling a setting', () => {
  it('names the programme and the register entry it rests on, and copies the report windows', () => {
    given(participation).when(enrol()).then(enrolled);
  });

  it('again changes nothing, even if it has closed since', () => {
    given(participation, enrolled)
      .when(enrol({ setting: { ...setting, status: 'Closed' } }))
      .thenNothing();
  });

  it.each(['Closed', 'Open, but proposed to close', 'Proposed to open'])(
    'is refused if it is %s',
    (status) => {
      const refused = given(participation)
        .when(enrol({ setting: { ...setting, status } }))
        .thenRefused('SETTING.NOT_OPEN');
      expect(refused.kind).toBe('wrong-state');
      expect(refused.message).toContain(status);
    },
  );

  it('is refused if the register does not know it, or there is no such programme', () => {
    expect(
      given(participation)
        .when(enrol({ setting: null }))
        .thenRefused('SETTING.NOT_FOUND').kind,
    ).toBe('not-found');
    expect(
      given(participation)
        .when(enrol({ programme: null }))
        .thenRefused('PROGRAMME.NOT_FOUND').kind,
    ).toBe('not-found');
  });

  it('is refused if the programme is closed, and so is an invitation', () => {
    const closed = { at: instant('2024-01-01'), reason: 'all is settled' };
    const over = { programme: { ...programme, closed } };
    given(participation).when(enrol(over)).thenRefused('PROGRAMME.CLOSED');
    const { programmeId, urn } = enrol().data;
    given(participation)
      .when({ type: 'InviteSetting', data: { programmeId, urn, answerBy: null, setting, ...over } })
      .thenRefused('PROGRAMME.CLOSED');
    given(participation, enrolled).when(enrol(over)).thenNothing();
  });

  it.each(['12345x', '1234', '', '1234567'])('is refused for URN %p', (urn) => {
    given(participation)
      .when(enrol({ urn, setting: null }))
      .thenRefused('SETTING.BAD_URN');
  });

  it('is refused before the programme was created or the setting entered', () => {
    const later = instant('2024-03-01');
    for (const changed of [
      { programme: { ...programme, occurredAt: later } },
      { setting: { ...setting, occurredAt: later } },
    ]) {
      given(participation).when(enrol(changed), { at: '2024-02-29' }).thenRefused('TIME.BEFORE_ITS_FACTS');
      given(participation).when(enrol(changed), { at: '2024-03-01' }).then(enrolled);
    }
  });
});
