import { describe, expect, it } from '@jest/globals';
import { inWords, reminderMessage } from './reminder-message.js';

const about = {
  programmeName: 'Ipswich Workforce Development Programme',
  settingName: 'Oak Primary School',
  urn: '124570',
  window: {
    number: 1,
    opensOn: '2024-03-31',
    dueOn: '2024-04-30',
    closesOn: '2024-05-14',
    deadlineVersion: 1,
  },
  moment: 'opens' as const,
};

describe('what a setting is told', () => {
  it('writes dates as people say them', () => {
    expect(inWords('2024-03-31')).toBe('Sunday 31 March 2024');
    expect(inWords('2024-10-27')).toBe('Sunday 27 October 2024');
  });

  it('says who, what, by when, and what to do next', () => {
    const { to, subject, body } = reminderMessage(about);
    expect(to).toBe('setting 124570');
    expect(subject).toBe('You can now send progress report 1, due on Tuesday 30 April 2024');
    expect(body).toContain('To Oak Primary School (URN 124570)');
    expect(body).toContain('Ipswich Workforce Development Programme');
    // Not "today": a process that was off on the day sends it later.
    expect(body).toContain('can be sent since Sunday 31 March 2024');
    expect(body).toContain('due on Tuesday 30 April 2024');
    expect(body).toContain('What to do next');
  });

  it('says until when a late report is taken', () => {
    const passed = reminderMessage({ ...about, moment: 'passed' });
    expect(passed.subject).toBe('Progress report 1 was due on Tuesday 30 April 2024');
    expect(passed.body).toContain('until the end of Tuesday 14 May 2024');
    expect(reminderMessage({ ...about, moment: 'due' }).body).toContain(
      'as late, until the end of Tuesday 14 May',
    );
    const strict = { ...about.window, closesOn: about.window.dueOn };
    expect(reminderMessage({ ...about, window: strict, moment: 'due' }).body).toContain(
      'After today it can no longer',
    );
  });
});
