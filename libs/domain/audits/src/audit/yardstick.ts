/** One feature of effective professional development, by which an audit rates a setting. */
export interface Feature {
  readonly slug: string;
  readonly label: string;
}

/**
 * The features of effective professional development of the national strategy for the professional development
 * of the children's workforce in schools 2009–12: version 1 of every programme's instrument. Slugs are kept in
 * events and never change.
 */
export const FEATURES = [
  { slug: 'identifies-desired-impact', label: 'Identifies the desired impact from the start' },
  { slug: 'involves-the-individual', label: 'Involves the individual in needs identification' },
  { slug: 'coaching-and-mentoring', label: 'Is supported by coaching and mentoring' },
  {
    slug: 'linked-to-outcomes',
    label: 'Is linked to improving outcomes for children and young people',
  },
  {
    slug: 'observation-and-specialist-input',
    label: 'Uses observation of practice and specialist input',
  },
  {
    slug: 'innovation-reflection-and-feedback',
    label:
      'Encourages innovation, reflection and feedback from children, young people, parents, carers and the community',
  },
  {
    slug: 'induction-and-performance-review',
    label:
      'Is integral to induction and performance review processes, supported by professional and national occupational standards',
  },
  {
    slug: 'range-of-careers',
    label:
      'Enables individuals to develop as professionals, preparing them for a range of career opportunities',
  },
  {
    slug: 'relevant-and-sustained',
    label: 'Is relevant, planned, personalised, sustained, flexible and collaborative',
  },
  {
    slug: 'work-based-and-external',
    label: 'Balances work-based learning with use of external expertise',
  },
] as const satisfies readonly Feature[];
export type FeatureSlug = (typeof FEATURES)[number]['slug'];
export const FEATURE_SLUGS: FeatureSlug[] = FEATURES.map(({ slug }) => slug);

/** Who in a setting a need or an action is for. */
export interface WorkforceGroup {
  readonly slug: string;
  readonly label: string;
}

/** The groups of the whole workforce; needs, access and take-up differ between them, and the gaps matter. */
export const WORKFORCE_GROUPS = [
  { slug: 'newly-qualified-teachers', label: 'Newly qualified teachers' },
  { slug: 'early-career-teachers', label: 'Early career teachers' },
  { slug: 'experienced-teachers', label: 'Experienced teachers' },
  { slug: 'excellent-teachers', label: 'Excellent and advanced skills teachers' },
  { slug: 'middle-leaders', label: 'Middle leaders' },
  { slug: 'senior-leaders', label: 'Senior leaders' },
  { slug: 'learning-support-staff', label: 'Learning support staff' },
  { slug: 'site-staff', label: 'Site staff' },
  { slug: 'administration-staff', label: 'Administration staff' },
  { slug: 'governors', label: 'Governors' },
] as const satisfies readonly WorkforceGroup[];
export type WorkforceGroupSlug = (typeof WORKFORCE_GROUPS)[number]['slug'];
export const WORKFORCE_GROUP_SLUGS: WorkforceGroupSlug[] = WORKFORCE_GROUPS.map(({ slug }) => slug);

export const PRIORITIES = ['high', 'medium', 'low'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** What a need may point to. */
export const STANDARD_KINDS = ['professional-standard', 'occupational-standard', 'qualification'] as const;
export type StandardKind = (typeof STANDARD_KINDS)[number];

export const SUPPORTER_KINDS = ['audit-partner', 'expert-adviser', 'other'] as const;
export type SupporterKind = (typeof SUPPORTER_KINDS)[number];
