import { given as givenTo, instant, person, type Given } from '#testing';
import type { EventReference, Fact } from '#kernel';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { auditCompleted, auditStarted, type AuditEvent } from './audit.events.js';
import { audit, auditId, type PreviousCycle } from './audit.js';
import type { CompletedAudit } from './completion.js';
import { FEATURE_SLUGS, WORKFORCE_GROUPS, WORKFORCE_GROUP_SLUGS } from './yardstick.js';

/** Where nothing else is said, a person of the setting acts. */
function given(...past: readonly Given<AuditEvent>[]) {
  const so = givenTo(audit, ...past);
  const by = person('lead', 'setting');
  return {
    when: (request: Parameters<typeof so.when>[0], said: Parameters<typeof so.when>[1] = {}) =>
      so.when(request, { by, ...said }),
  };
}

const event: EventReference = {
  eventId: '0b0e3a53-6d6a-5a53-9a53-0b0e3a536d6a',
  stream: 'participation-ipswich.124570',
  revision: '0',
  type: 'SettingEnrolled',
};
const enrolment: Fact = { event, occurredAt: instant('2023-12-01') };
const id = { programmeId: 'ipswich', urn: '124570', cycle: 1 };
const thisYear = { instrumentVersion: 1, instrument: null, academicYear: '2023/24' };
const started = auditStarted({ ...id, participation: event, ...thisYear });

const start = (changes: object = {}) => ({
  type: 'StartAudit' as const,
  data: {
    ...id,
    participation: enrolment as Fact | null,
    previous: null as PreviousCycle | null,
    ...changes,
  },
});

const rate = (feature: string, group: string | null, rating = 2) => ({
  ...{ feature, group, rating, evidence: 'Lesson visits in autumn' },
});
const groups = ['early-career-teachers', 'governors'];
const answers: CompletedAudit = {
  groups,
  ratings: groups.flatMap((group) => FEATURE_SLUGS.map((feature) => rate(feature, group))),
  needs: [
    {
      needId: 'phonics',
      group: 'early-career-teachers',
      priority: 'high',
      statement: 'Teach phonics well',
      standard: { kind: 'professional-standard', reference: "Teachers' Standards 3" },
    },
  ],
  supportedBy: [{ kind: 'audit-partner', who: 'Unity Schools Partnership' }],
};
const complete = (changes: object = {}) => ({
  type: 'CompleteAudit' as const,
  data: { ...answers, ...changes },
});
const completed = auditCompleted({ ...id, ...answers });
const begun: Given<AuditEvent> = [started, { at: '2024-01-05' }];

describe('starting an audit', () => {
  it('rests on the enrolment', () => {
    given().when(start()).then(started);
  });

  it('is already done when started again', () => {
    given(started).when(start()).thenNothing();
  });

  it('starts a second cycle once the first is completed', () => {
    const previous = {
      event: { ...event, type: 'AuditCompleted' },
      occurredAt: instant('2023-08-01'),
      academicYear: '2022/23',
    };
    given()
      .when(start({ cycle: 2, previous }))
      .then(auditStarted({ ...id, cycle: 2, participation: event, ...thisYear }));
  });

  it('refuses a second cycle in the academic year of the first, up to midnight in London', () => {
    const previous = { event, occurredAt: instant('2024-02-01'), academicYear: '2023/24' };
    const refusal = given()
      .when(start({ cycle: 2, previous }), { at: '2024-08-31T22:59:59.999Z' })
      .thenRefused('AUDIT.SAME_YEAR');
    expect(refusal.message).toContain('from 1 September');
    given()
      .when(start({ cycle: 2, previous }), { at: '2024-08-31T23:00:00.000Z' })
      .then(auditStarted({ ...id, cycle: 2, participation: event, ...thisYear, academicYear: '2024/25' }));
  });

  it('refuses a setting that is not enrolled', () => {
    const refusal = given()
      .when(start({ participation: null }))
      .thenRefused('AUDIT.SETTING_NOT_ENROLLED');
    expect(refusal.kind).toBe('not-found');
    expect(refusal.message).toContain('124570');
  });

  it('refuses a moment before the enrolment', () => {
    given().when(start(), { at: '2023-11-30' }).thenRefused('TIME.BEFORE_ITS_FACTS');
  });

  it('refuses a second cycle while the first is open, and one before it was completed', () => {
    given()
      .when(start({ cycle: 2 }))
      .thenRefused('AUDIT.EARLIER_CYCLE_OPEN');
    const previous = { event, occurredAt: instant('2024-06-01'), academicYear: '2022/23' };
    given()
      .when(start({ cycle: 2, previous }))
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });

  it('refuses a cycle that is completed', () => {
    given(started, completed).when(start()).thenRefused('AUDIT.ALREADY_COMPLETED');
  });

  it.each([0, -1, 1.5, 11, Number.NaN, '1'])('refuses cycle %p', (cycle) => {
    expect(given().when(start({ cycle })).thenRefused('AUDIT.CYCLE').details).toEqual({
      field: 'cycle',
    });
  });
});

describe('completing an audit', () => {
  it('records every rating and need', () => {
    given(begun).when(complete(), { at: '2024-02-01' }).then(completed);
  });

  it('needs nobody to have helped', () => {
    given(started)
      .when(complete({ supportedBy: [] }))
      .then(auditCompleted({ ...id, ...answers, supportedBy: [] }));
  });

  it('is already done when completed with the same answers, and refused with others', () => {
    given(started, completed).when(complete()).thenNothing();
    const refusal = given(started, completed)
      .when(complete({ supportedBy: [] }))
      .thenRefused('AUDIT.ALREADY_COMPLETED');
    expect(refusal.kind).toBe('wrong-state');
  });

  it('refuses before the start, by state and by time', () => {
    given().when(complete()).thenRefused('AUDIT.NOT_STARTED');
    given(begun).when(complete(), { at: '2024-01-04' }).thenRefused('TIME.BEFORE_ITS_FACTS');
  });

  it('refuses a feature rated twice, and one not rated, by name', () => {
    const [first, ...others] = answers.ratings;
    const twice = given(started)
      .when(complete({ ratings: [first, first, ...others.slice(1)] }))
      .thenRefused('AUDIT.FEATURE_RATED_TWICE');
    expect(twice.details['field']).toBe('ratings[1].feature');
    const missing = given(started)
      .when(complete({ ratings: others }))
      .thenRefused('AUDIT.FEATURE_NOT_RATED');
    expect(missing.message).toContain('identifies-desired-impact');
  });

  it('takes a rating of the whole workforce beside those of its groups, and refuses one twice', () => {
    const ratings = [...answers.ratings, rate('range-of-careers', null, 1)];
    given(started)
      .when(complete({ ratings }))
      .then(auditCompleted({ ...id, ...answers, ratings }));
    for (const [again, whom] of [
      [rate('range-of-careers', 'governors'), 'governors'],
      [rate('range-of-careers', null), 'the whole workforce'],
    ] as const) {
      const twice = given(started)
        .when(complete({ ratings: [...ratings, again] }))
        .thenRefused('AUDIT.FEATURE_RATED_TWICE');
      expect(twice.message).toContain(whom);
    }
  });

  it('is not for a setting that takes part no more; what was done before stays done', () => {
    const ended = { urn: id.urn, settingName: 'Handford Hall', status: 'withdrawn' as const };
    const refusal = given(begun).when(complete({ ended })).thenRefused('PARTICIPATION.ENDED');
    expect(refusal.message).toContain('Handford Hall (124570) has withdrawn from the programme');
    given()
      .when(start({ ended, participation: null }))
      .thenRefused('PARTICIPATION.ENDED');
    given(started, completed).when(complete({ ended })).thenNothing();
  });

  it('is for a person of its setting, not for those who support or run it', () => {
    for (const role of ['adviser', 'operations', 'approver', 'administrator']) {
      const refusal = given(begun)
        .when(complete(), { by: person('tom', role), at: '2024-02-01' })
        .thenRefused('AUDIT.NOT_BY_ITS_SETTING');
      expect(refusal).toMatchObject({ kind: 'not-allowed', details: { subject: 'tom', role } });
    }
  });

  it('refuses a need stated twice', () => {
    const refusal = given(started)
      .when(complete({ needs: [answers.needs[0], answers.needs[0]] }))
      .thenRefused('AUDIT.NEED_TWICE');
    expect(refusal.details['field']).toBe('needs[1].needId');
  });

  const [need] = answers.needs;
  const rated = (rating: object): object => ({
    ratings: answers.ratings.map((one, index) => (index === 3 ? { ...one, ...rating } : one)),
  });
  it.each([
    [{ needs: [] }, 'needs'],
    [{ needs: undefined }, 'needs'],
    [{ ratings: 'good' }, 'ratings'],
    [rated({ rating: 5 }), 'ratings[3].rating'],
    [rated({ rating: 2.5 }), 'ratings[3].rating'],
    [rated({ rating: 0 }), 'ratings[3].rating'],
    [rated({ evidence: ' ' }), 'ratings[3].evidence'],
    [rated({ evidence: 'x'.repeat(2001) }), 'ratings[3].evidence'],
    [rated({ feature: '' }), 'ratings[3].feature'],
    [{ needs: [{ ...need, needId: 'Not A Slug' }] }, 'needs[0].needId'],
    [{ needs: [{ ...need, group: 'The pupils' }] }, 'needs[0].group'],
    [{ groups: [] }, 'groups'],
    [{ groups: ['The pupils'] }, 'groups[0]'],
    [{ needs: [{ ...need, priority: 'urgent' }] }, 'needs[0].priority'],
    [{ needs: [{ ...need, statement: '' }] }, 'needs[0].statement'],
    [{ needs: [{ ...need, cost: 3 }] }, 'needs[0].cost'],
    [rated({ group: 'The pupils' }), 'ratings[3].group'],
    [{ needs: [{ ...need, standard: { kind: 'rumour', reference: 'x' } }] }, 'needs[0].standard.kind'],
    [{ supportedBy: [{ kind: 'friend', who: 'x' }] }, 'supportedBy[0].kind'],
    [{ supportedBy: [{ kind: 'other', who: ' ' }] }, 'supportedBy[0].who'],
  ])('names the field that is wrong: %#', (changes, field) => {
    const refusal = given(started).when(complete(changes)).thenRefused('AUDIT.MALFORMED');
    expect(refusal.kind).toBe('invalid');
    expect(refusal.details).toEqual({ field });
    expect(refusal.message).toContain(field);
  });

  it('keeps whatever is well formed, exactly, and deciding twice writes nothing', () => {
    const words = fc.string({ minLength: 1, maxLength: 40 }).filter((text) => /\S/.test(text));
    const anyAnswers = fc.shuffledSubarray([...WORKFORCE_GROUP_SLUGS], { minLength: 1 }).chain((some) =>
      fc.record({
        groups: fc.constant(some as string[]),
        ratings: fc.shuffledSubarray([null], { maxLength: 1 }).chain((whole) =>
          fc.tuple(
            ...[...some, ...whole].flatMap((group) =>
              FEATURE_SLUGS.map((feature) =>
                fc.record({
                  ...{ feature: fc.constant(feature), group: fc.constant(group) },
                  ...{ rating: fc.integer({ min: 1, max: 4 }), evidence: words },
                }),
              ),
            ),
          ),
        ),
        needs: fc.uniqueArray(
          fc.record({
            needId: fc.stringMatching(/^[a-z]{1,8}$/),
            group: fc.constantFrom(...some),
            priority: fc.constantFrom('high' as const, 'medium' as const, 'low' as const),
            statement: words,
            standard: fc.option(fc.record({ kind: fc.constant('qualification' as const), reference: words })),
          }),
          { minLength: 1, maxLength: 5, selector: ({ needId }) => needId },
        ),
        supportedBy: fc.array(fc.record({ kind: fc.constant('other' as const), who: words }), {
          maxLength: 3,
        }),
      }),
    );
    fc.assert(
      fc.property(anyAnswers, (data) => {
        given(started)
          .when({ type: 'CompleteAudit', data })
          .then(auditCompleted({ ...id, ...data }));
      }),
      { numRuns: 50 },
    );
  });
});

it('lives under programme, setting and cycle', () => {
  expect(auditId('ipswich', '124570', 2)).toBe('ipswich.124570.2');
});

describe('the instrument that an audit rates by', () => {
  const own = { slug: 'shared-across-settings', label: 'Is shared with other settings' };
  const published = {
    event: { ...event, stream: 'audit-instrument-ipswich', type: 'AuditInstrumentPublished' },
    occurredAt: instant('2024-01-01'),
    ...{ effectiveOn: '2024-01-02' as never, reason: 'minute 7' },
  };
  const second = { version: 2, features: [own], groups: WORKFORCE_GROUPS, published };
  const byIt = auditStarted({
    ...{ ...id, participation: event, academicYear: '2023/24' },
    ...{ instrumentVersion: 2, instrument: published.event },
  });
  const ratings = groups.map((group) => rate(own.slug, group));

  it('is the version in force on the day on which it is started', () => {
    given()
      .when(start({ instrument: second }))
      .then(byIt);
    const later = { ...second, published: { ...published, occurredAt: instant('2024-02-01') } };
    given()
      .when(start({ instrument: later }))
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });

  it('says which features are asked for, and by which version', () => {
    given([byIt, { at: '2024-01-02' }])
      .when(complete({ ratings, instrument: second }), { at: '2024-01-03' })
      .then(auditCompleted({ ...id, ...answers, ratings }));
    const unknown = given(begun)
      .when(complete({ ratings: [...answers.ratings, ...ratings] }), { at: '2024-01-06' })
      .thenRefused('AUDIT.FEATURE_UNKNOWN');
    expect(unknown.details).toMatchObject({
      field: `ratings[${answers.ratings.length}].feature`,
      version: 1,
    });
    const missing = given([byIt, { at: '2024-01-02' }])
      .when(
        complete({
          ratings,
          instrument: { ...second, features: [own, { slug: 'two', label: 'Two' }] },
        }),
        { at: '2024-01-03' },
      )
      .thenRefused('AUDIT.FEATURE_NOT_RATED');
    expect(missing.message).toMatch(/version 2 .*still missing: two for every group/);
  });
});
