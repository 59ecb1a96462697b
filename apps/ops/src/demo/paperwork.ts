import { FEATURES, WORKFORCE_GROUP_SLUGS, type AuditAnswers, type WorkforceGroupSlug } from '#domain/audits';
import type { CalendarDate } from '#kernel';
import { createHash } from 'node:crypto';
import type { Chance } from './chance.js';
import { people } from './people.js';

// What settings write in their audits, plans and reports: plausible, short, and drawn by chance from here.

const EVIDENCE = [
  'Staff survey and a walk round with the CPD lead',
  'Performance review notes of the last year',
  'Discussed at a whole-staff meeting; governors agreed',
  'Records of training attended and what came of it',
] as const;

/** What two people of the programme find before a setting is offered anything. */
export const DUE_DILIGENCE = {
  outcome: 'passed',
  checks: ['Entry in the register of schools', 'Last audited accounts', 'Governance and who may sign'],
} as const;
export const FRAUD_RISK = { level: 'low', outcome: 'acceptable' } as const;

/** What a setting signs before it is paid; the document itself is made up, and so is its hash. */
export const AGREEMENT = {
  fileName: 'grant-agreement.pdf',
  sha256: createHash('sha256').update('the grant agreement of the demonstration').digest('hex'),
  eligible: ['Training, coaching and qualifications of staff', 'Cover for staff who take part'],
  ineligible: ['Capital works', 'Pay of staff for their ordinary duties'],
};

const NEEDS = [
  ['early-reading', 'early-career-teachers', 'Teaching early reading and phonics with confidence'],
  ['vocabulary', 'experienced-teachers', 'Closing the vocabulary gap in every subject'],
  ['maths-mastery', 'experienced-teachers', 'Mathematics for mastery, with time to plan together'],
  ['behaviour', 'learning-support-staff', 'A common approach to behaviour across the whole setting'],
  ['send', 'learning-support-staff', 'Meeting special educational needs in the ordinary lesson'],
  ['middle-leadership', 'middle-leaders', 'Leading a subject or a phase for the first time'],
  ['coaching', 'senior-leaders', 'Coaching colleagues by observation and feedback'],
  ['induction', 'newly-qualified-teachers', 'A first year that keeps new teachers in the profession'],
] as const satisfies readonly (readonly [string, WorkforceGroupSlug, string])[];

const ACTIVITIES = [
  ['Six twilight sessions with a specialist', 'All teaching staff'],
  ['Paired observation each half term, with cover', 'Teachers in pairs across two settings'],
  ['A national professional qualification', 'Leaders new to their role'],
  ['Coaching by an Expert Adviser', 'Staff nominated by the setting'],
  ['Lesson study in threes', 'One phase at a time'],
] as const;

const PRIORITIES = ['high', 'medium', 'low'] as const;

/** The needs a setting finds in one cycle of its audit: three of the list, the first of them pressing. */
function needsOf(chance: Chance, cycle: number): AuditAnswers['needs'] {
  const first = chance.between(0, NEEDS.length - 1, `needs ${cycle}`);
  return PRIORITIES.map((priority, index) => {
    const [needId, group, statement] = NEEDS[(first + index * 3) % NEEDS.length] ?? NEEDS[0];
    return { needId, group, priority, statement };
  });
}

/** What the second year's audits rate by: the national list, and what the programme has learnt to ask. */
export const SECOND_INSTRUMENT = {
  features: [...FEATURES, { slug: 'shared-across-settings', label: 'Is shared with other settings' }],
  reason: 'minute 9 of the board: what a setting learns is to reach others',
};

/** Whom not every setting has. */
const NOT_EVERYWHERE: readonly string[] = ['excellent-teachers', 'site-staff', 'administration-staff'];

/** The same in each year. */
function groupsOf(chance: Chance): readonly string[] {
  return WORKFORCE_GROUP_SLUGS.filter(
    (group) => !NOT_EVERYWHERE.includes(group) || chance.happens(0.5, `has ${group}`),
  );
}

/** Most settings have the audit partner of the programme; an organisation is named, and a person by subject id. */
const AUDIT_PARTNER = { kind: 'audit-partner', who: 'Orwell Audit Partnership' } as const;
const SUPPORTERS = [
  AUDIT_PARTNER,
  AUDIT_PARTNER,
  { kind: 'expert-adviser', who: people.adviser.subject },
] as const;

/** @param features what the cycle rates by */
export function auditOf(
  chance: Chance,
  cycle: number,
  features: readonly { readonly slug: string }[] = FEATURES,
): AuditAnswers {
  const groups = groupsOf(chance);
  return {
    groups,
    ratings: groups.flatMap((group) =>
      features.map(({ slug }) => ({
        feature: slug,
        group,
        rating: Math.min(4, chance.between(1, 3, `rating ${slug} ${group}`) + (cycle > 1 ? 1 : 0)),
        evidence: chance.pick(EVIDENCE, `evidence ${slug} ${group} ${cycle}`),
      })),
    ),
    needs: needsOf(chance, cycle),
    supportedBy: [chance.pick(SUPPORTERS, 'support')],
  };
}

export interface DemoAction {
  readonly actionId: string;
  readonly needId: string;
  readonly activity: string;
  readonly audience: string;
  readonly headcount: number;
  readonly costPence: number;
  readonly startsOn: string;
  readonly endsOn: string;
  readonly desiredOutcomes: string[];
}

/**
 * One action for each need of the first audit, together a little less than the setting can expect; a second version
 * answers the comments with more people.
 */
export function actionsOf(
  chance: Chance,
  version: number,
  expectedPence: number,
  dates: { readonly startsOn: CalendarDate; readonly endsOn: CalendarDate },
): DemoAction[] {
  return needsOf(chance, 1).map(({ needId, statement }, index) => {
    const [activity, audience] = chance.pick(ACTIVITIES, `activity ${index}`);
    return {
      actionId: `action-${index + 1}`,
      needId,
      activity,
      audience,
      headcount: chance.between(3, 24, `headcount ${index}`) + version - 1,
      costPence: wholePounds((expectedPence * chance.between(24, 33, `cost ${index}`)) / 100),
      ...dates,
      desiredOutcomes: [`${statement}: seen in lessons within two terms`],
    };
  });
}

/** Down to the next hundred pounds. */
function wholePounds(pence: number): number {
  return Math.floor(pence / 10_000) * 10_000;
}

export const COMMENTS = [
  'Please say how many support staff the second action will reach.',
  'The desired outcome of the first action needs a date and a way of seeing it.',
] as const;

/** Why a proposal to pay is turned down, or a tranche held, before it goes on. */
export const REFUSED = 'the report of the second action is of another setting: attach the right one';
export const HELD = ['the invoice of the provider is being checked', 'the invoice is in order'] as const;
export const EXTENDED = 'the CPD lead is away until the week after the report is due';
export const WITHDRAWN = 'the governors have put the development of staff off until a new head is found';

export const PASSED_ON = 'the school has become an academy, with the same staff and the same plans for them';

/** What the board lays down at the outset. */
export const FUNDING_RULES = {
  acceptanceDays: 56,
  defaultLimitPence: 1_000_000,
  limits: [{ subject: people.trancheApprover.subject, upToPence: 3_000_000 }],
  reason: 'minute 3 of the first meeting of the board',
};

export const SPENT_BY_THEN = 'the invoices for what it had spent before it left were seen';
export const UNSPENT = 'the sessions of the second half of the plan were never held';

/** Once a year somebody looks at what a setting was paid and has spent. */
export const REVIEWED = 'receipts were seen for what was reported as spent; no concerns';

/** What a report that is accepted but for one action leads to. */
export const PART_OF_REPORT = {
  reason: 'nothing shows yet who took part',
  effect: 'the tranche is paid; the action is looked at again with the next report',
} as const;

const SUMMARIES = [
  'Sessions ran as planned; observation shows the approach in most classrooms.',
  'A slow autumn because of cover, made up in the spring. Two actions are well under way.',
  'Take-up was higher than planned, and a neighbouring setting joined the third session.',
] as const;

/** Actions further on in the second report than in the first. */
export function reportOf(
  chance: Chance,
  window: number,
  actions: readonly DemoAction[],
  evidence: string,
): {
  readonly summary: string;
  readonly actions: {
    actionId: string;
    status: 'under-way' | 'done';
    spentPence: number;
    note: string;
    evidence: readonly string[];
  }[];
} {
  return {
    summary: chance.pick(SUMMARIES, `summary ${window}`),
    actions: actions.map(({ actionId, costPence }, index) => ({
      actionId,
      status: window > 1 && chance.happens(0.8, `done ${actionId}`) ? 'done' : 'under-way',
      spentPence: Math.floor((costPence * chance.between(30, 50, `spent ${actionId}`) * window) / 100),
      note: window > 1 ? 'To be shared at the next networking event' : 'On course',
      // The last action's is what a report is now and then accepted without.
      evidence: actions.length > 1 && index === actions.length - 1 ? [] : [evidence],
    })),
  };
}

/** Who took part so far: what a report rests on. */
export function attendanceAt(
  urn: string,
  window: number,
  actions: readonly DemoAction[],
): { readonly file: string; readonly content: Uint8Array; readonly urns: readonly string[] } {
  const rows = actions.map(({ actionId, activity, headcount }) => `${actionId},"${activity}",${headcount}`);
  const lines = [`action,activity,people at report ${window} of ${urn}`, ...rows, ''];
  return { file: `attendance-${urn}-${window}.csv`, content: Buffer.from(lines.join('\n')), urns: [urn] };
}

/** The account that a setting is paid to: made up, as everything about these settings is. */
export function payeeOf(
  chance: Chance,
  urn: string,
): { readonly accountName: string; readonly sortCode: string; readonly accountNumber: string } {
  return {
    accountName: `SETTING ${urn}`,
    // 00-00-xx is no bank's.
    sortCode: `0000${chance.between(10, 99, 'sort code')}`,
    accountNumber: String(chance.between(10_000_000, 99_999_999, 'account')),
  };
}
