import { given } from '#testing';
import { describe, expect, it } from '@jest/globals';
import { action, id, second, submit, submitted } from './plan.fixture.js';
import { actionPlanReturned, actionPlanSubmitted } from './plan.events.js';
import { plan } from './plan.js';

const full = {
  ...action,
  headcountByGroup: [
    { group: 'early-career-teachers', headcount: 4 },
    { group: 'learning-support-staff', headcount: 2 },
  ],
  provider: 'Suffolk Phonics Partnership',
  desiredResponse: 'Teachers follow the agreed sequence',
  finalOutcomes: ['More children read well by the age of seven'],
  doability: 3,
  impact: 4,
  milestones: [
    { on: '2024-02-01', what: 'Booked' },
    { on: '2024-03-22', what: 'Everybody has been observed' },
  ],
};

describe('what an action says', () => {
  it('is kept whole', () => {
    given(plan)
      .when(submit({ actions: [full] }))
      .then(submitted(1, [full]));
    expect(submitted(1, [full]).data.actions).toEqual([full]);
  });

  it('is nothing where nothing is said, or null is sent back as it was read', () => {
    const [unsaid] = submitted(1, [action]).data.actions;
    expect(unsaid).toMatchObject({ provider: null, doability: null, finalOutcomes: [], milestones: [] });
    given(plan)
      .when(submit({ actions: [unsaid] }))
      .then(submitted(1, [action]));
    given(plan, submitted(1, [action]))
      .when(submit({ actions: [unsaid] }))
      .thenNothing();
  });

  const group = (name: string, headcount: number) => ({ group: name, headcount });
  it.each([
    [{ headcountByGroup: [group('governors', 5)] }, 'PLAN.HEADCOUNT', 'headcountByGroup'],
    [
      { headcountByGroup: [group('governors', 3), group('governors', 3)] },
      'PLAN.GROUP_TWICE',
      'headcountByGroup[1].group',
    ],
    [{ headcountByGroup: [group('pupils', 6)] }, 'PLAN.UNKNOWN_GROUP', 'headcountByGroup[0].group'],
    [{ headcountByGroup: [group('The Pupils', 6)] }, 'PLAN.MALFORMED', 'headcountByGroup[0].group'],
    [{ headcountByGroup: [group('governors', 0)] }, 'PLAN.MALFORMED', 'headcountByGroup[0].headcount'],
    [{ provider: ' ' }, 'PLAN.MALFORMED', 'provider'],
    [{ desiredResponse: '' }, 'PLAN.MALFORMED', 'desiredResponse'],
    [{ finalOutcomes: [' '] }, 'PLAN.MALFORMED', 'finalOutcomes[0]'],
    [{ doability: 0 }, 'PLAN.MALFORMED', 'doability'],
    [{ doability: 5 }, 'PLAN.MALFORMED', 'doability'],
    [{ impact: 2.5 }, 'PLAN.MALFORMED', 'impact'],
    [{ milestones: [{ on: '2024-01-31', what: 'Early' }] }, 'PLAN.DATES', 'milestones[0].on'],
    [{ milestones: [{ on: '2024-03-23', what: 'Late' }] }, 'PLAN.DATES', 'milestones[0].on'],
    [{ milestones: [{ on: '2024-02-30', what: 'Never' }] }, 'TIME.NOT_UNDERSTOOD', 'milestones[0].on'],
    [{ milestones: [{ on: '2024-02-02', what: ' ' }] }, 'PLAN.MALFORMED', 'milestones[0].what'],
    [{ milestones: Array(21).fill(full.milestones[0]) }, 'PLAN.MALFORMED', 'milestones'],
  ])('names the field and the rule: %#', (changes, code, field) => {
    const refusal = given(plan)
      .when(submit({ actions: [second, { ...full, ...changes }] }))
      .thenRefused(code);
    expect(refusal.details['field']).toBe(`actions[1].${field}`);
    expect(refusal.message).toContain(field);
  });
});

describe('comments on single actions', () => {
  const giveBack = (...actions: { actionId: string; comment: string }[]) => ({
    type: 'ReturnActionPlan' as const,
    data: { comments: 'Nearly there', actions },
  });
  const returned = (...actions: { actionId: string; comment: string }[]) =>
    actionPlanReturned({ ...id, version: 1, comments: 'Nearly there', actions });
  const cover = { actionId: 'phonics-training', comment: 'Who will cover lessons?' };

  it('are kept with the return, once', () => {
    given(plan, submitted()).when(giveBack(cover)).then(returned(cover));
    given(plan, submitted(), returned(cover)).when(giveBack(cover)).thenNothing();
    given(plan, submitted(), returned(cover)).when(giveBack()).thenRefused('PLAN.NOT_SUBMITTED');
  });

  it('are on actions of the version that goes back', () => {
    const changed = [submitted(), returned(), submitted(2, [second])] as const;
    const refusal = given(plan, ...changed)
      .when(giveBack(cover))
      .thenRefused('PLAN.UNKNOWN_ACTION');
    expect(refusal.kind).toBe('not-found');
    expect(refusal.message).toContain('version 2; it has maths-coaching');
  });

  it('are one at most on each, and say something', () => {
    const twice = given(plan, submitted()).when(giveBack(cover, cover)).thenRefused('PLAN.ACTION_TWICE');
    expect(twice.details['field']).toBe('actions[1].actionId');
    const blank = given(plan, submitted())
      .when(giveBack({ ...cover, comment: ' ' }))
      .thenRefused('PLAN.MALFORMED');
    expect(blank.details['field']).toBe('actions[0].comment');
  });
});

describe('events of the first version', () => {
  it('are read as those that said no more', () => {
    const { actions, ...rest } = submitted(1, [action]).data;
    expect(actionPlanSubmitted.upcasts[1]!({ ...rest, actions: [action] })).toEqual({ ...rest, actions });
    const before = { ...id, version: 1, comments: 'More' };
    expect(actionPlanReturned.upcasts[1]!(before)).toEqual({ ...before, actions: [] });
  });
});
