import { describe, expect, it } from '@jest/globals';
import { NATIONAL_STRATEGY } from '../instrument/instrument.js';
import { refuseIncomplete } from './completeness.js';
import type { CompletedAudit } from './completion.js';
import { FEATURE_SLUGS } from './yardstick.js';

const rate = (feature: string, group: string | null) => ({ feature, group, rating: 2, evidence: 'Seen' });
const groups = ['early-career-teachers', 'governors'];
const need = {
  ...{ needId: 'phonics', group: 'governors', priority: 'high' as const, statement: 'Read' },
  standard: null,
};
const answers: CompletedAudit = {
  ...{ groups, needs: [need], supportedBy: [] },
  ratings: groups.flatMap((group) => FEATURE_SLUGS.map((feature) => rate(feature, group))),
};
const refusalOf = (changes: Partial<CompletedAudit>) =>
  refuseIncomplete({ ...answers, ...changes }, NATIONAL_STRATEGY, {
    ...{ programmeId: 'ipswich', urn: '124570', cycle: 2 },
  });

describe('an audit', () => {
  it('is complete once each feature is rated for each group that the setting has', () => {
    expect(refusalOf({})).toBeUndefined();
    expect(refusalOf({ ratings: [...answers.ratings, rate('range-of-careers', null)] })).toBeUndefined();
  });

  it('is not complete with each feature rated for one group of several: what is missing is named', () => {
    const ratings = answers.ratings.filter(
      ({ group, feature }) => group === groups[0] || feature === 'range-of-careers',
    );
    const refusal = refusalOf({ ratings });
    expect(refusal).toMatchObject({
      code: 'AUDIT.FEATURE_NOT_RATED',
      details: { field: 'ratings', version: 1 },
    });
    expect(refusal?.details['missing']).toEqual(
      FEATURE_SLUGS.filter((slug) => slug !== 'range-of-careers').map((feature) => ({
        ...{ feature, groups: ['governors'] },
      })),
    );
    expect(refusal?.message).toContain('identifies-desired-impact for governors;');
    expect(refusal?.message).not.toContain('range-of-careers');
  });

  it('is not complete with ratings of the whole workforce, which hide how its groups differ', () => {
    const refusal = refusalOf({ ratings: FEATURE_SLUGS.map((feature) => rate(feature, null)) });
    expect(refusal).toMatchObject({ code: 'AUDIT.FEATURE_NOT_RATED' });
    expect(refusal?.message).toContain('range-of-careers for every group');
  });

  it.each([{ ratings: [rate('biscuits', 'governors')] }, { groups: ['pupils'] }])(
    'that was written on another form is told the command for its own: %#',
    (changes) => {
      const command = 'audit form ipswich 124570 --cycle 2';
      expect(refusalOf(changes)?.message).toContain(command);
    },
  );

  it.each([
    [{ groups: ['governors', 'pupils'] }, 'AUDIT.GROUP_UNKNOWN', 'groups[1]'],
    [{ groups: ['governors', 'governors'] }, 'AUDIT.GROUP_TWICE', 'groups[1]'],
    [{ groups: ['governors'] }, 'AUDIT.GROUP_NOT_COVERED', 'ratings[0].group'],
    [{ needs: [{ ...need, group: 'site-staff' }] }, 'AUDIT.GROUP_NOT_COVERED', 'needs[0].group'],
  ])('is of the groups that the setting has, and of no others: %#', (changes, code, field) => {
    const refusal = refusalOf(changes);
    expect(refusal).toMatchObject({ code, kind: 'invalid', details: { field } });
    expect(refusal?.message).toContain(field);
  });
});
