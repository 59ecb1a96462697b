import { derivedId } from '#kernel';
import { given, instant } from '#testing';
import { describe, expect, it } from '@jest/globals';
import {
  continuityDecided,
  continuityDecisionRaised,
  partHandedOver,
  settingEnrolled,
  settingWithdrawn,
  successorReplaced,
  transferReplaced,
} from './participation.events.js';
import type { ParticipationState } from './participation-state.js';
import { participation } from './participation.js';

const ids = { programmeId: 'ipswich', urn: '124570' };
const fact = (stream: string, at = '2023-12-01') => ({
  event: { eventId: `id of ${stream}`, stream, revision: '0', type: 'T' },
  occurredAt: instant(at),
});
const setting = { ...fact('setting-124570'), name: 'Acorn Wharf', status: 'Open' };
const refs = { programme: fact('programme-ipswich').event, setting: setting.event };
const enrolled = settingEnrolled({ ...ids, settingName: 'Acorn Wharf', reportWindows: [], ...refs });
const withdrawn = settingWithdrawn({ ...ids, reason: 'the head left' });

describe('continuity', () => {
  const cause = fact('setting-124570', '2024-01-01');
  const decisionId = derivedId('continuity', 'ipswich.124570', cause.event.eventId);
  const what = { because: 'closed' as const, closedOn: '2023-12-31', successors: ['124999'] };
  const raise = { type: 'RaiseContinuity' as const, data: { ...ids, ...what, cause } };
  const raised = continuityDecisionRaised({ ...ids, decisionId, ...what, cause: cause.event });
  const closed = { ...setting, status: 'Closed' };
  const successor = { ...fact('setting-124999'), name: 'Acorn Academy', status: 'Open' };
  const nowhere = { takenOverBy: null, leftBefore: null };
  const nobody = { successor: null, successorPart: null, whereabouts: nowhere };
  const decide = (outcome: 'transfer' | 'wind-down' | 'reclaim' | 'carry-on', changed: object = {}) => ({
    type: 'DecideContinuity' as const,
    data: { ...ids, outcome, toUrn: null, reason: 'merged', setting: closed, ...nobody, ...changed },
  });
  const decided = (outcome: string, toUrn: string | null = null) =>
    continuityDecided({ ...ids, decisionIds: [decisionId], outcome, toUrn, reason: 'merged' });
  const to = { toUrn: '124999', successor };
  const namedBy = (state: ParticipationState) => {
    if (!('continuity' in state) || state.continuity === null) throw new Error('it was passed on');
    return state.continuity.fact.event;
  };

  it('is raised once for one event of the register, on a part that runs', () => {
    given(participation, enrolled).when(raise).then(raised);
    given(participation, enrolled, raised, decided('carry-on')).when(raise).thenNothing();
    given(participation).when(raise).thenNothing();
    given(participation, enrolled, withdrawn).when(raise).thenNothing();
  });
  it('is decided once it is raised', () => {
    given(participation, enrolled, raised).when(decide('transfer', to)).then(decided('transfer', '124999'));
    given(participation, enrolled, raised).when(decide('wind-down')).then(decided('wind-down'));
    given(participation, enrolled, raised).when(decide('reclaim')).then(decided('reclaim'));
    given(participation, enrolled).when(decide('reclaim')).thenRefused('CONTINUITY.NOT_RAISED');
    given(participation, enrolled, raised, decided('reclaim'))
      .when(decide('wind-down'))
      .thenRefused('PARTICIPATION.ENDED');
  });
  it('goes to an open setting of the register, and carries on only where it is open after all', () => {
    const refused = (request: ReturnType<typeof decide>, code: string) =>
      given(participation, enrolled, raised).when(request).thenRefused(code);
    refused(decide('transfer'), 'CONTINUITY.MALFORMED');
    refused(decide('reclaim', to), 'CONTINUITY.MALFORMED');
    refused(decide('transfer', { ...to, toUrn: '124570' }), 'CONTINUITY.SAME_SETTING');
    refused(decide('transfer', { ...to, successor: null }), 'SETTING.NOT_FOUND');
    refused(decide('transfer', { ...to, successor: closed }), 'SETTING.NOT_OPEN');
    const left = { urn: '124999', settingName: 'Acorn Academy', status: 'withdrawn' };
    refused(decide('transfer', { ...to, successorPart: left }), 'CONTINUITY.SUCCESSOR_HAS_LEFT');
    refused(decide('carry-on'), 'CONTINUITY.CLOSED');
    given(participation, enrolled, raised).when(decide('carry-on', { setting })).then(decided('carry-on'));
  });
  it('goes to another than it was passed on to, for as long as nobody has taken it over', () => {
    const past = [enrolled, raised, decided('transfer', '124999')] as const;
    const other = { toUrn: '124888', successor: { ...successor, name: 'Oak Academy' } };
    const replaced = successorReplaced({
      ...{ ...ids, fromUrn: '124999', toUrn: '124888', reason: 'merged' },
      replaces: namedBy(given(participation, ...past).state),
    });
    given(participation, ...past)
      .when(decide('transfer', to))
      .thenNothing();
    given(participation, ...past)
      .when(decide('transfer', other))
      .then(replaced);
    given(participation, ...past)
      .when(decide('transfer', { ...other, successor: closed }))
      .thenRefused('SETTING.NOT_OPEN');
    given(participation, ...past)
      .when(decide('transfer', { ...other, whereabouts: { ...nowhere, takenOverBy: '124999' } }))
      .thenRefused('CONTINUITY.TAKEN_OVER');
    const after = given(participation, ...past, replaced);
    expect(after.state).toMatchObject({ status: 'transferred', continuity: { toUrn: '124888' } });
    given(participation, ...past, replaced)
      .when(decide('transfer', other))
      .thenNothing();
    // The first took it over in the moment in which another was named: it is named again, though it has left since.
    const left = { urn: '124999', settingName: 'Acorn Academy', status: 'withdrawn' };
    const { fromUrn, toUrn } = replaced.data;
    given(participation, ...past, replaced)
      .when(
        decide('transfer', {
          ...{ ...to, successorPart: left },
          whereabouts: { ...nowhere, takenOverBy: '124999' },
        }),
      )
      .then(
        successorReplaced({
          ...{ ...replaced.data, fromUrn: toUrn, toUrn: fromUrn },
          replaces: namedBy(after.state),
        }),
      );
  });
  it('of what nobody has taken over is wound down or reclaimed instead; it does not carry on', () => {
    const past = [enrolled, raised, decided('transfer', '124999')] as const;
    const instead = (outcome: string) =>
      transferReplaced({
        ...{ ...ids, fromUrn: '124999', outcome, reason: 'merged' },
        replaces: namedBy(given(participation, ...past).state),
      });
    for (const [outcome, status] of [
      ['wind-down', 'wound-down'],
      ['reclaim', 'reclaimed'],
    ] as const) {
      given(participation, ...past)
        .when(decide(outcome))
        .then(instead(outcome));
      const after = given(participation, ...past, instead(outcome));
      expect(after.state).toMatchObject({ status, continuity: { outcome, toUrn: null }, reason: 'merged' });
      given(participation, ...past, instead(outcome))
        .when(decide(outcome))
        .thenNothing();
      given(participation, ...past, instead(outcome))
        .when(decide('transfer', to))
        .thenRefused('PARTICIPATION.ENDED');
    }
    given(participation, ...past)
      .when(decide('wind-down', to))
      .thenRefused('CONTINUITY.MALFORMED');
    given(participation, ...past)
      .when(decide('carry-on', { setting }))
      .thenRefused('PARTICIPATION.ENDED');
    expect(
      given(participation, ...past)
        .when(decide('reclaim', { whereabouts: { ...nowhere, takenOverBy: '124999' } }))
        .thenRefused('CONTINUITY.TAKEN_OVER').details,
    ).toMatchObject({ field: 'outcome' });
  });
  it('waits for whoever began to take it over, unless that one has left before it had', () => {
    const past = [enrolled, raised, decided('transfer', '124999')] as const;
    const decision = namedBy(given(participation, ...past).state);
    const handed = partHandedOver({ ...ids, toUrn: '124999', decision });
    const other = { toUrn: '124888', successor: { ...successor, name: 'Oak Academy' } };
    const instead = { ...ids, fromUrn: '124999', reason: 'merged', replaces: decision };
    for (const [outcome, changed, event] of [
      ['transfer', other, successorReplaced({ ...instead, toUrn: '124888' })],
      ['wind-down', {}, transferReplaced({ ...instead, outcome: 'wind-down' })],
    ] as const) {
      const anew = (whereabouts: object) => decide(outcome, { ...changed, whereabouts });
      given(participation, ...past, handed)
        .when(anew(nowhere))
        .thenRefused('CONTINUITY.BEING_TAKEN_OVER');
      given(participation, ...past, handed)
        .when(anew({ ...nowhere, leftBefore: '124777' }))
        .thenRefused('CONTINUITY.BEING_TAKEN_OVER');
      given(participation, ...past, handed)
        .when(anew({ ...nowhere, leftBefore: '124999' }))
        .then(event);
      expect(given(participation, ...past, handed, event).state).toMatchObject({ handedOver: null });
    }
  });
});
