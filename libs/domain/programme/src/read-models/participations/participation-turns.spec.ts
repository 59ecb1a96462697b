import { dateInLondon, parseInstant, type AnyEvent } from '#kernel';
import { History } from '#testing';
import { describe, expect, it } from '@jest/globals';
import { agreement } from '../../agreement/agreement.js';
import { grantAgreementIssued } from '../../agreement/agreement.events.js';
import {
  continuityDecided,
  continuityDecisionRaised,
  dueDiligenceCompleted,
  financialReviewCompleted,
  fraudRiskAssessed,
  grantAgreementSigned,
  invitationDeclined,
  settingEnrolled,
  settingInvited,
  settingWithdrawn,
  successorReplaced,
  transferReplaced,
  type ParticipationEvent,
} from '../../participation/participation.events.js';
import { participation } from '../../participation/participation.js';
import { participationTurn, participationTurns } from './participation-turns.js';

const reference = { eventId: 'e', stream: 's', revision: '0', type: 'T' };
const of = { programmeId: 'ipswich', urn: '124570' };
const named = { ...of, settingName: 'Acorn Wharf', programme: reference, setting: reference };
const reason = { ...of, reason: 'so it is' };
const sha256 = 'a'.repeat(64);

const invited = settingInvited({ ...named, answerBy: '2024-02-15' });
const enrolled = settingEnrolled({ ...named, reportWindows: [] });
const diligent = (outcome = 'passed') =>
  dueDiligenceCompleted({ ...of, outcome, conditions: [], checks: ['accounts'], evidence: null });
const assessed = (outcome = 'acceptable') =>
  fraudRiskAssessed({ ...of, level: 'low', outcome, mitigation: null });
const signed = (version: number) =>
  grantAgreementSigned({
    ...{ ...of, version, sha256, agreement: reference },
    signatory: { subject: 'head', roleTitle: 'head' },
  });
const reviewed = (outcome = 'continue') =>
  financialReviewCompleted({
    ...{ ...of, upTo: '2024-12-31', spentPence: 1, findings: 'in order', outcome, amendment: null },
  });
const raised = continuityDecisionRaised({
  ...{ ...of, decisionId: 'd', because: 'closed', closedOn: '2024-05-01', successors: [], cause: reference },
});
const decided = (outcome: string, toUrn: string | null = null) =>
  continuityDecided({ ...reason, decisionIds: ['d'], outcome, toUrn });
const replaced = (fromUrn: string, toUrn: string) =>
  successorReplaced({ ...reason, fromUrn, toUrn, replaces: reference });
const instead = (outcome: string) =>
  transferReplaced({ ...reason, fromUrn: '148001', outcome, replaces: reference });
const issued = (version: number, effectiveOn: string) =>
  grantAgreementIssued({
    ...{ programmeId: 'ipswich', version, fileName: 'a.pdf', sha256, eligible: ['courses'], ineligible: [] },
    ...{ effectiveOn, programme: reference },
  });

type Dated<E> = readonly [at: string, event: E];
const VERSION_1: Dated<AnyEvent> = ['2024-01-10', issued(1, '2024-01-15')];
const VERSION_2: Dated<AnyEvent> = ['2024-04-01', issued(2, '2024-04-20')];

function folded(past: readonly Dated<ParticipationEvent>[], documents: readonly Dated<AnyEvent>[]) {
  const history = new History();
  let part = participation.initial;
  for (const [at, event] of past) {
    part = participation.evolve(part, history.record(event, { stream: 'participation', at }));
  }
  let versions = agreement.initial;
  for (const [at, event] of documents) {
    versions = agreement.evolve(versions, history.record(event, { stream: 'agreement', at }) as never);
  }
  return { part, versions };
}

/** What waits now: what, since when, until when. */
function waiting(
  now: string,
  past: readonly Dated<ParticipationEvent>[],
  documents: readonly Dated<AnyEvent>[] = [VERSION_1],
) {
  const at = parseInstant(`${now}T12:00:00Z`);
  const { part, versions } = folded(past, documents);
  return participationTurns(part, versions, at)
    .filter(({ nextSince }) => nextSince !== null && nextSince <= at)
    .map(({ nextAction, nextSince, nextUntil }) => [
      nextAction,
      dateInLondon(parseInstant(nextSince ?? '')),
      nextUntil,
    ]);
}

const E: Dated<ParticipationEvent> = ['2024-02-01', enrolled];
const CHECKED: readonly Dated<ParticipationEvent>[] = [
  E,
  ['2024-02-05', diligent()],
  ['2024-02-07', assessed()],
];

describe('who acts next on a participation', () => {
  it.each<
    readonly [
      state: string,
      now: string,
      past: readonly Dated<ParticipationEvent>[],
      waits: readonly (readonly [action: string, since: string, until: string | null])[],
      documents?: readonly Dated<AnyEvent>[],
    ]
  >([
    ['not there', '2024-03-01', [], []],
    ['invited', '2024-03-01', [['2024-02-01', invited]], [['answer-invitation', '2024-02-01', '2024-02-15']]],
    [
      'declined',
      '2024-03-01',
      [
        ['2024-02-01', invited],
        ['2024-02-02', invitationDeclined(reason)],
      ],
      [],
    ],
    [
      'enrolled: two checks of two people, and a signature',
      '2024-03-01',
      [E],
      [
        ['do-due-diligence', '2024-02-01', null],
        ['assess-fraud-risk', '2024-02-01', null],
        ['sign-agreement', '2024-02-01', null],
      ],
    ],
    [
      'one check came out badly',
      '2024-03-01',
      [E, ['2024-02-05', diligent('failed')], ['2024-02-07', assessed()], ['2024-02-08', signed(1)]],
      [['do-due-diligence', '2024-02-05', null]],
    ],
    [
      'the risk is not acceptable',
      '2024-03-01',
      [E, ['2024-02-05', diligent()], ['2024-02-07', assessed('not-acceptable')], ['2024-02-08', signed(1)]],
      [['assess-fraud-risk', '2024-02-07', null]],
    ],
    [
      'checked, and no agreement is issued',
      '2024-03-01',
      CHECKED,
      [['issue-agreement', '2024-02-01', null]],
      [],
    ],
    [
      'an agreement is issued that is not in force yet',
      '2024-01-12',
      [['2024-01-11', enrolled], ...CHECKED.slice(1)],
      [],
    ],
    [
      'enrolled before the agreement came into force',
      '2024-03-01',
      [['2024-01-11', enrolled], ...CHECKED.slice(1)],
      [['sign-agreement', '2024-01-15', null]],
    ],
    ['signed', '2024-03-01', [...CHECKED, ['2024-02-08', signed(1)]], []],
    [
      'signed, and a new version is issued but not in force',
      '2024-04-10',
      [...CHECKED, ['2024-02-08', signed(1)]],
      [],
      [VERSION_1, VERSION_2],
    ],
    [
      'signed, and a new version is in force',
      '2024-04-25',
      [...CHECKED, ['2024-02-08', signed(1)]],
      [['sign-agreement', '2024-04-20', null]],
      [VERSION_1, VERSION_2],
    ],
    [
      'the yearly review is due in less than four weeks',
      '2025-01-10',
      [...CHECKED, ['2024-02-08', signed(1)]],
      [['review-finances', '2025-01-03', '2025-01-31']],
    ],
    [
      'the review is due while the agreement is not signed: neither hides the other',
      '2025-01-10',
      CHECKED,
      [
        ['sign-agreement', '2024-02-01', null],
        ['review-finances', '2025-01-03', '2025-01-31'],
      ],
    ],
    [
      'reviewed: the next is a year away',
      '2025-01-25',
      [...CHECKED, ['2024-02-08', signed(1)], ['2025-01-20', reviewed()]],
      [],
    ],
    [
      'the register says that it closed',
      '2024-06-01',
      [...CHECKED, ['2024-05-02', raised]],
      [['decide-continuity', '2024-05-02', null]],
    ],
    [
      'it carries on: what waited waits on',
      '2024-06-01',
      [...CHECKED, ['2024-05-02', raised], ['2024-05-20', decided('carry-on')]],
      [['sign-agreement', '2024-02-01', null]],
    ],
    [
      'passed on',
      '2024-06-01',
      [...CHECKED, ['2024-05-02', raised], ['2024-05-20', decided('transfer', '148001')]],
      [['let-take-over', '2024-05-20', null]],
    ],
    [
      'passed on to another than at first',
      '2024-07-01',
      [
        ...CHECKED,
        ['2024-05-02', raised],
        ['2024-05-20', decided('transfer', '148001')],
        ['2024-06-20', replaced('148001', '148002')],
      ],
      [['let-take-over', '2024-06-20', null]],
    ],
    [
      'wound down',
      '2024-06-01',
      [...CHECKED, ['2024-05-02', raised], ['2024-05-20', decided('wind-down')]],
      [],
    ],
    ['withdrawn', '2024-06-01', [...CHECKED, ['2024-05-02', settingWithdrawn(reason)]], []],
    ['discontinued', '2024-06-01', [...CHECKED, ['2024-05-02', reviewed('discontinue')]], []],
  ])('%s', (_state, now, past, waits, documents = [VERSION_1]) => {
    expect(waiting(now, past, documents)).toEqual(waits);
  });

  it('tells the board what it is to decide on: what the register says, all of it', () => {
    const at = parseInstant('2024-07-01T12:00:00Z');
    const says = (...raisings: readonly ParticipationEvent[]) => {
      const past = raisings.map((one): Dated<ParticipationEvent> => ['2024-05-02', one]);
      const { part, versions } = folded([...CHECKED, ...past], [VERSION_1]);
      return participationTurn(part, versions, at).nextIs;
    };
    const succeeded = (...successors: string[]) =>
      continuityDecisionRaised({
        ...{ ...of, decisionId: 's', because: 'successor-named', closedOn: null, cause: reference },
        successors,
      });
    expect(says(raised)).toBe('decide on continuity: by the register it closed on 2024-05-01');
    expect(says(continuityDecisionRaised({ ...raised.data, closedOn: null }), succeeded('148001'))).toBe(
      'decide on continuity: by the register it has closed, and is succeeded by setting 148001',
    );
    expect(says(succeeded('148001', '148002'))).toBe(
      'decide on continuity: by the register it is succeeded by settings 148001, 148002',
    );
  });

  it('is the board, once whoever a part was passed on to cannot take it over: since then', () => {
    const at = parseInstant('2024-07-01T12:00:00Z');
    const past = [...CHECKED, ['2024-05-02', raised], ['2024-05-20', decided('transfer', '148001')]] as const;
    const { part, versions } = folded(past, [VERSION_1]);
    const lost = {
      since: parseInstant('2024-06-03T09:00:00Z'),
      says: 'Acorn Academy (148001) has withdrawn',
    };
    expect(participationTurns(part, versions, at, lost)).toEqual([
      expect.objectContaining({
        ...{ next: 'board', nextAction: 'name-successor', nextSince: lost.since },
        nextIs: expect.stringMatching(/^name another setting .*: Acorn Academy \(148001\) has withdrawn$/),
      }),
    ]);
    const woundDown = folded([...past, ['2024-06-20', instead('wind-down')]], [VERSION_1]);
    expect(participationTurns(woundDown.part, versions, at, undefined)).toEqual([]);
  });

  it('shows of several the most pressing, and of none the one that comes first', () => {
    const at = parseInstant('2024-03-01T12:00:00Z');
    const many = folded([E], [VERSION_1]);
    expect(participationTurn(many.part, many.versions, at)).toMatchObject({
      ...{ next: 'operations', nextAction: 'do-due-diligence' },
    });
    const none = folded([...CHECKED, ['2024-02-08', signed(1)]], [VERSION_1]);
    expect(participationTurn(none.part, none.versions, at)).toMatchObject({
      ...{ next: 'operations', nextAction: 'review-finances', nextUntil: '2025-01-31' },
      nextSince: '2025-01-03T00:00:00.000Z',
    });
  });
});
