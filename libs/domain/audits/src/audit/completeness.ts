import { refusal, type Refusal } from '#kernel';
import type { InstrumentVersion } from '../instrument/instrument.js';
import type { Begun } from './audit-state.js';
import type { CompletedAudit } from './completion.js';

// An audit is of the whole setting: needs, access and take-up differ between the groups of a workforce, and what is rated
// for all of them at once hides the gaps. So each feature is rated for each group that the setting says it has.

type Answers = Pick<CompletedAudit, 'groups' | 'ratings' | 'needs'>;
type Cycle = Pick<Begun, 'programmeId' | 'urn' | 'cycle'>;

/** The first rule that well-formed answers break; `undefined`: they are complete. */
export function refuseIncomplete(
  answers: Answers,
  instrument: InstrumentVersion,
  cycle: Cycle,
): Refusal | undefined {
  return (
    brokenGroup(answers, instrument, cycle) ??
    brokenRating(answers.ratings, instrument, cycle) ??
    strayGroup(answers) ??
    brokenNeed(answers.needs) ??
    missingRatings(answers, instrument)
  );
}

function brokenGroup(
  { groups }: Answers,
  { version, groups: known }: InstrumentVersion,
  cycle: Cycle,
): Refusal | undefined {
  const slugs = known.map(({ slug }) => slug);
  for (const [index, group] of groups.entries()) {
    const field = `groups[${index}]`;
    if (!slugs.includes(group)) {
      const message = `${field} '${group}' is not in version ${version} of the instrument, by which this cycle rates: ${slugs.join(', ')}. ${formOf(cycle)}`;
      return refusal('AUDIT.GROUP_UNKNOWN', 'invalid', message, { field, version });
    }
    if (groups.indexOf(group) < index) {
      return refusal('AUDIT.GROUP_TWICE', 'invalid', `${field} '${group}' is there twice`, { field });
    }
  }
  return undefined;
}

function brokenRating(
  ratings: Answers['ratings'],
  { version, features }: InstrumentVersion,
  cycle: Cycle,
): Refusal | undefined {
  const slugs = features.map(({ slug }) => slug);
  const rated = new Set<string>();
  for (const [index, { feature, group }] of ratings.entries()) {
    const field = `ratings[${index}].feature`;
    if (!slugs.includes(feature)) {
      const message = `${field} '${feature}' is not in version ${version} of the instrument, by which this cycle rates: ${slugs.join(', ')}. ${formOf(cycle)}`;
      return refusal('AUDIT.FEATURE_UNKNOWN', 'invalid', message, { field, version });
    }
    const pair = pairOf(feature, group);
    if (rated.has(pair)) {
      const whom = group ?? 'the whole workforce';
      const message = `${field} '${feature}' is rated twice for ${whom}: leave one of them`;
      return refusal('AUDIT.FEATURE_RATED_TWICE', 'invalid', message, { field });
    }
    rated.add(pair);
  }
  return undefined;
}

/** How to get the form of that version, where the answers were written on one of another. */
function formOf({ programmeId, urn, cycle }: Cycle): string {
  return `The form for it is written by: audit form ${programmeId} ${urn} --cycle ${cycle}`;
}

/** Nothing is said of people whom the setting says it has not got. */
function strayGroup({ groups, ratings, needs }: Answers): Refusal | undefined {
  for (const [list, items] of Object.entries({ ratings, needs })) {
    for (const [index, { group }] of items.entries()) {
      if (group === null || groups.includes(group)) continue;
      const field = `${list}[${index}].group`;
      const message = `${field} '${group}' is none of the groups that the setting says it has: ${groups.join(', ')}`;
      return refusal('AUDIT.GROUP_NOT_COVERED', 'invalid', message, { field });
    }
  }
  return undefined;
}

function brokenNeed(needs: Answers['needs']): Refusal | undefined {
  const ids = new Set<string>();
  for (const [index, { needId }] of needs.entries()) {
    if (ids.has(needId)) {
      const field = `needs[${index}].needId`;
      return refusal('AUDIT.NEED_TWICE', 'invalid', `${field} '${needId}' is used twice`, { field, needId });
    }
    ids.add(needId);
  }
  return undefined;
}

function missingRatings(
  { groups, ratings }: Answers,
  { version, features }: InstrumentVersion,
): Refusal | undefined {
  const rated = new Set(ratings.map(({ feature, group }) => pairOf(feature, group)));
  const missing = features
    .map(({ slug }) => ({ feature: slug, groups: groups.filter((group) => !rated.has(pairOf(slug, group))) }))
    .filter((one) => one.groups.length > 0);
  if (missing.length === 0) return undefined;
  const says = missing.map((one) => {
    const whom = one.groups.length === groups.length ? 'every group' : one.groups.join(', ');
    return `${one.feature} for ${whom}`;
  });
  return refusal(
    'AUDIT.FEATURE_NOT_RATED',
    'invalid',
    `ratings must rate each feature of version ${version} of the instrument for each group that the setting has (${groups.join(', ')}); still missing: ${says.join('; ')}. Where the setting has nobody in a group, leave it out of groups`,
    { field: 'ratings', missing, version },
  );
}

function pairOf(feature: string, group: string | null): string {
  return `${feature} ${group ?? ''}`;
}
