import { given, instant } from '#testing';
import { describe, expect, it } from '@jest/globals';
import type { ReportWindow } from '../programme/programme.events.js';
import {
  continuityDecided,
  continuityDecisionRaised,
  partHandedOver,
  partTakenOver,
  settingEnrolled,
  settingInvited,
  settingWithdrawn,
  successorReplaced,
  transferReplaced,
  type ParticipationEvent,
} from './participation.events.js';
import { participation } from './participation.js';
import type { PassedOn } from './take-over.js';

const ids = { programmeId: 'ipswich', urn: '148001' };
const fact = (stream: string, at = '2023-12-01') => ({
  event: { eventId: `id of ${stream}`, stream, revision: '0', type: 'T' },
  occurredAt: instant(at),
});
const programme = fact('programme-ipswich');
const setting = { ...fact('setting-148001'), name: 'Acorn Academy', status: 'Open' };
const window = (number: number): ReportWindow => ({
  number,
  ...{ opensOn: '2024-01-01', dueOn: '2024-03-01', closesOn: '2024-03-31', deadlineVersion: 1 },
});
const passedOn: PassedOn = {
  settingName: 'Acorn Wharf',
  reportWindows: [window(1), window(2), window(3)],
  continuity: { outcome: 'transfer', toUrn: ids.urn, fact: fact('participation-ipswich.124570') },
  accepted: [{ ...fact('report-ipswich.124570.1'), window: 1 }],
  ...{ takenOverBy: null, handedOverTo: null },
};
const takeOver = (changed: object = {}) => ({
  type: 'TakeOverPart' as const,
  data: { ...ids, fromUrn: '124570', from: passedOn, programme, setting, ...changed },
});
const refs = { programme: programme.event, setting: setting.event };
const enrolled = (reportWindows: ReportWindow[]) =>
  settingEnrolled({ ...ids, settingName: 'Acorn Academy', reportWindows, ...refs });
const taken = partTakenOver({
  ...{ ...ids, settingName: 'Acorn Academy', from: { urn: '124570', settingName: 'Acorn Wharf' } },
  enrols: true,
  decision: passedOn.continuity!.fact.event,
  accepted: [{ window: 1, report: passedOn.accepted[0]!.event }],
});

describe('a part that was passed on', () => {
  it('is taken over by the setting it was passed on to, which owes the reports that are left', () => {
    given(participation)
      .when(takeOver())
      .then(enrolled([window(2), window(3)]), taken);
  });

  it('leaves a setting that takes part already as it is, with its own reports', () => {
    const own = enrolled([window(1)]);
    given(participation, own)
      .when(takeOver())
      .then(partTakenOver({ ...taken.data, enrols: false }));
  });

  it('is taken over by nobody else, should another have done so as this one was named', () => {
    given(participation)
      .when(takeOver({ from: { ...passedOn, takenOverBy: '148002' } }))
      .thenRefused('PARTICIPATION.TAKEN_OVER');
  });

  it('that was handed over to a setting is taken over by it whatever the register says since, unless it has left', () => {
    const handed = {
      from: { ...passedOn, handedOverTo: ids.urn },
      setting: { ...setting, status: 'Closed' },
    };
    given(participation)
      .when(takeOver(handed))
      .then(enrolled([window(2), window(3)]), taken);
    given(participation, enrolled([]), settingWithdrawn({ ...ids, reason: 'no' }))
      .when(takeOver(handed))
      .thenRefused('PARTICIPATION.ENDED');
  });

  it('is taken over once', () => {
    given(participation, enrolled([window(2)]), taken)
      .when(takeOver())
      .then();
  });

  it('is taken over by nobody else, and not before it is passed on', () => {
    expect(
      given(participation)
        .when(takeOver({ from: null }))
        .thenRefused('PARTICIPATION.NOT_PASSED_ON').message,
    ).toMatch(/never took part/);
    expect(
      given(participation)
        .when(takeOver({ from: { ...passedOn, continuity: null } }))
        .thenRefused('PARTICIPATION.NOT_PASSED_ON').message,
    ).toMatch(/nothing has been decided/);
    const woundDown = { ...passedOn.continuity, outcome: 'wind-down', toUrn: null };
    expect(
      given(participation)
        .when(takeOver({ from: { ...passedOn, continuity: woundDown } }))
        .thenRefused('PARTICIPATION.NOT_PASSED_ON').message,
    ).toMatch(/'wind-down'/);
    const toAnother = { ...passedOn.continuity, toUrn: '148002' };
    expect(
      given(participation)
        .when(takeOver({ from: { ...passedOn, continuity: toAnother } }))
        .thenRefused('PARTICIPATION.NOT_PASSED_ON').message,
    ).toMatch(/148002/);
  });

  it('is not taken over by a setting that is not open, or whose own part has ended', () => {
    given(participation)
      .when(takeOver({ setting: { ...setting, status: 'Proposed to open' } }))
      .thenRefused('SETTING.NOT_OPEN');
    given(participation)
      .when(takeOver({ setting: null }))
      .thenRefused('SETTING.NOT_FOUND');
    given(participation, enrolled([]), settingWithdrawn({ ...ids, reason: 'no' }))
      .when(takeOver())
      .thenRefused('PARTICIPATION.ENDED');
  });

  it('is not taken over in a programme that is not there or closed, nor by what is no URN', () => {
    given(participation)
      .when(takeOver({ programme: null }))
      .thenRefused('PROGRAMME.NOT_FOUND');
    const closed = { at: instant('2024-01-01'), reason: 'over' };
    given(participation)
      .when(takeOver({ programme: { ...programme, closed } }))
      .thenRefused('PROGRAMME.CLOSED');
    expect(
      given(participation)
        .when(takeOver({ fromUrn: 'x' }))
        .thenRefused('SETTING.BAD_URN').message,
    ).toMatch(/fromUrn/);
  });

  it('is not taken over before it was passed on', () => {
    const later = { ...passedOn.continuity!, fact: fact('participation-ipswich.124570', '2099-01-01') };
    given(participation)
      .when(takeOver({ from: { ...passedOn, continuity: later } }))
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });
});

describe('the setting that passes its part on', () => {
  it('keeps nothing of it', () => {
    const raised = continuityDecisionRaised({
      ...{ ...ids, decisionId: 'd', because: 'closed', closedOn: null, successors: [] },
      cause: setting.event,
    });
    const decided = continuityDecided({
      ...{ ...ids, decisionIds: ['d'], outcome: 'transfer', toUrn: '148002', reason: 'it became an academy' },
    });
    given(participation, enrolled([window(1)]), raised, decided)
      .when(takeOver())
      .thenRefused('PARTICIPATION.ENDED');
    given(participation, settingInvited({ ...ids, settingName: 'A', answerBy: null, ...refs }))
      .when(takeOver())
      .then(enrolled([window(2), window(3)]), taken);
  });
});

describe('handing a part over', () => {
  const of = { ...ids, urn: '124570' };
  const own = settingEnrolled({ ...of, settingName: 'Acorn Wharf', reportWindows: [], ...refs });
  const raised = continuityDecisionRaised({
    ...{ ...of, decisionId: 'd', because: 'closed', closedOn: null, successors: [], cause: setting.event },
  });
  const decided = continuityDecided({
    ...{ ...of, decisionIds: ['d'], outcome: 'transfer', toUrn: ids.urn, reason: 'it became an academy' },
  });
  const past = [own, raised, decided] as const;
  const handOver = (toUrn: string = ids.urn) => ({
    type: 'HandOverPart' as const,
    data: { ...of, toUrn },
  });
  const { state } = given(participation, ...past);
  const named = 'continuity' in state ? state.continuity!.fact.event : setting.event;
  const handed = partHandedOver({ ...of, toUrn: ids.urn, decision: named });
  const instead = { ...of, fromUrn: ids.urn, reason: 'meant another', replaces: named };

  it('is to the setting that is named, once', () => {
    given(participation, ...past)
      .when(handOver())
      .then(handed);
    given(participation, ...past, handed)
      .when(handOver())
      .thenNothing();
  });

  it('is to nobody else, nor before the part is passed on, nor once that was decided otherwise', () => {
    const refused = (message: RegExp, toUrn: string, ...then: readonly ParticipationEvent[]) =>
      expect(
        given(participation, ...then)
          .when(handOver(toUrn))
          .thenRefused('PARTICIPATION.NOT_PASSED_ON').message,
      ).toMatch(message);
    refused(/passed on to setting 148001/, '148002', ...past);
    refused(/nothing has been decided/, ids.urn, own);
    refused(/never took part/, ids.urn);
    refused(
      /passed on to setting 148002/,
      ids.urn,
      ...past,
      successorReplaced({ ...instead, toUrn: '148002' }),
    );
    refused(/'wind-down'/, ids.urn, ...past, transferReplaced({ ...instead, outcome: 'wind-down' }));
  });
});
