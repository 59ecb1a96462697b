import { given, instant } from '#testing';
import { describe, expect, it } from '@jest/globals';
import {
  reportDeadlineExtended,
  settingEnrolled,
  settingWithdrawn,
  type ParticipationEvent,
} from './participation.events.js';
import { participation } from './participation.js';
import { MOST_EXTENSIONS } from './report-deadlines.js';

const reference = { eventId: 'e', stream: 's', revision: '0', type: 'T' };
const of = { programmeId: 'ipswich', urn: '124570' };
const window = {
  ...{ number: 1, opensOn: '2024-05-01', dueOn: '2024-05-31', closesOn: '2024-06-30', deadlineVersion: 1 },
};
const enrolled = settingEnrolled({
  ...{ ...of, settingName: 'Handford Hall', reportWindows: [window, { ...window, number: 2 }] },
  ...{ programme: reference, setting: reference },
});
const extend = (change: object = {}, endsOn = '2025-08-31') =>
  ({
    type: 'ExtendReportDeadline',
    data: {
      ...of,
      extension: { window: 1, dueOn: '2024-06-14', closesOn: '2024-07-14', reason: 'a flood', ...change },
      programme: { event: reference, occurredAt: instant('2023-09-01'), endsOn },
    },
  }) as const;
const later = (version: number, dueOn: string, closesOn: string) => ({
  ...{ ...window, dueOn, closesOn, deadlineVersion: version },
});
const extended = (from: typeof window, to: typeof window): ParticipationEvent =>
  reportDeadlineExtended({ ...of, from, to, reason: 'a flood' });

describe('the deadline of a report', () => {
  it('is extended, with the reason and its next version, of that report alone', () => {
    given(participation, enrolled)
      .when(extend())
      .then(extended(window, later(2, '2024-06-14', '2024-07-14')));
    const { state } = given(participation, enrolled, extended(window, later(2, '2024-06-14', '2024-07-14')));
    expect('reportWindows' in state && state.reportWindows.map(({ dueOn }) => dueOn)).toEqual([
      ...['2024-06-14', '2024-05-31'],
    ]);
  });

  it.each([
    [{ dueOn: '2024-05-31' }, 'EXTENSION.NOT_LATER', 'dueOn'],
    [{ dueOn: '2024-05-01' }, 'EXTENSION.NOT_LATER', 'dueOn'],
    [{ closesOn: '2024-06-13' }, 'EXTENSION.CLOSES_EARLIER', 'closesOn'],
    [{ closesOn: '2024-06-29' }, 'EXTENSION.CLOSES_EARLIER', 'closesOn'],
    [{ closesOn: '2025-09-01' }, 'EXTENSION.BEYOND_PROGRAMME', 'closesOn'],
    [{ window: 3 }, 'EXTENSION.UNKNOWN_WINDOW', 'window'],
    [{ reason: ' ' }, 'EXTENSION.MALFORMED', 'reason'],
    [{ window: 0 }, 'EXTENSION.MALFORMED', 'window'],
  ] as const)('is not extended with %j: %s', (change, code, field) => {
    const refused = given(participation, enrolled).when(extend(change)).thenRefused(code);
    expect(refused.details['field']).toBe(field);
  });

  it('must be a day of the calendar', () => {
    given(participation, enrolled)
      .when(extend({ dueOn: '2024-06-31' }))
      .thenRefused('TIME.NOT_UNDERSTOOD');
  });

  it('is of a setting that takes part', () => {
    given(participation).when(extend()).thenRefused('PARTICIPATION.NOT_ENROLLED');
    const left = settingWithdrawn({ ...of, reason: 'a merger' });
    given(participation, enrolled, left).when(extend()).thenRefused('PARTICIPATION.ENDED');
  });

  it('is extended so often and no more, and not before the enrolment', () => {
    const history: ParticipationEvent[] = [enrolled];
    let from = window;
    for (let times = 1; times <= MOST_EXTENSIONS; times += 1) {
      const to = later(times + 1, `2024-06-0${times}`, '2024-06-30');
      history.push(extended(from, to));
      from = to;
    }
    given(participation, ...history)
      .when(extend())
      .thenRefused('EXTENSION.TOO_MANY');
    given(participation, enrolled).when(extend(), { at: '2023-12-31' }).thenRefused('TIME.BEFORE_ITS_FACTS');
  });
});
