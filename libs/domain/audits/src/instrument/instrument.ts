import { inForceOn, refuseClosed, refuseEffectiveDay, type Closure } from '#domain/programme';
import {
  dateInLondon,
  factOf,
  isRefusal,
  NOT_BLANK,
  readDate,
  refusal,
  refuseBefore,
  refuseShape,
  SLUG,
  type Aggregate,
  type CalendarDate,
  type Command,
  type Decision,
  type Fact,
  type Instant,
  type RecordedEvent,
  type Refusal,
} from '#kernel';
import { Type, type Static } from 'typebox';
import { Equal } from 'typebox/value';
import { FEATURES, WORKFORCE_GROUPS, type Feature, type WorkforceGroup } from '../audit/yardstick.js';
import { auditInstrumentPublished, instrumentEvents, type InstrumentEvent } from './instrument.events.js';

export const MOST_FEATURES = 50;
export const MOST_GROUPS = 20;
export const MOST_INSTRUMENT_VERSIONS = 50;
export const LONGEST_LABEL = 300;
const entries = (maxItems: number) =>
  Type.Array(
    Type.Object(
      {
        slug: Type.String({ minLength: 1, maxLength: 60, pattern: SLUG }),
        label: Type.String({ maxLength: LONGEST_LABEL, pattern: NOT_BLANK }),
      },
      { additionalProperties: false },
    ),
    { minItems: 1, maxItems },
  );

/** What publishing a version takes. */
export const NewInstrument = Type.Object(
  {
    features: entries(MOST_FEATURES),
    /** Left out: those of the version before. */
    groups: Type.Optional(entries(MOST_GROUPS)),
    effectiveOn: Type.String({ maxLength: 10 }),
    reason: Type.String({ maxLength: 1000, pattern: NOT_BLANK }),
  },
  { additionalProperties: false },
);
export type NewInstrument = Static<typeof NewInstrument>;

/** One version of what audits rate by. */
export interface InstrumentVersion {
  readonly version: number;
  readonly features: readonly Feature[];
  /** Of the workforce, for each of which each feature is rated. */
  readonly groups: readonly WorkforceGroup[];
  /** `null`: the list of the national strategy, with which every programme begins. */
  readonly published: (Fact & { readonly effectiveOn: CalendarDate; readonly reason: string }) | null;
}

export const NATIONAL_STRATEGY: InstrumentVersion = {
  version: 1,
  features: FEATURES,
  groups: WORKFORCE_GROUPS,
  published: null,
};

export interface InstrumentState {
  /** Oldest first, and never empty. */
  readonly versions: readonly InstrumentVersion[];
}

/** The programme whose audits rate by it. */
export interface ProgrammeOfInstrument {
  readonly startsOn: CalendarDate;
  readonly endsOn: CalendarDate;
  readonly creation: Fact;
  readonly closed: Closure | null;
}

export type PublishAuditInstrumentCommand = Command<
  'PublishAuditInstrument',
  Readonly<{
    programmeId: string;
    said: NewInstrument;
    /** `null` if there is no such programme. */
    programme: ProgrammeOfInstrument | null;
  }>
>;

/** The version by which an audit rates that is started at a moment. */
export function instrumentAt({ versions }: InstrumentState, at: Instant): InstrumentVersion {
  const dated = versions.map((one) => ({
    one,
    effectiveOn: one.published?.effectiveOn ?? ('0000-01-01' as CalendarDate),
  }));
  return inForceOn(dated, dateInLondon(at)).one;
}

/** A version by its number. */
export function instrumentOf({ versions }: InstrumentState, version: number): InstrumentVersion | undefined {
  return versions.find((one) => one.version === version);
}

/** Ratings of one slug are compared over the years, so that it keeps its meaning for ever. */
function refuseEntries(
  list: 'features' | 'groups',
  entries: readonly Feature[],
  { versions }: InstrumentState,
): Refusal | undefined {
  const known = new Map(versions.flatMap((one) => one[list].map(({ slug, label }) => [slug, label])));
  const seen = new Set<string>();
  const kind = list === 'features' ? 'feature' : 'group';
  for (const [index, { slug, label }] of entries.entries()) {
    const field = `${list}[${index}].slug`;
    if (seen.has(slug)) {
      return refusal(
        list === 'features' ? 'INSTRUMENT.FEATURE_TWICE' : 'INSTRUMENT.GROUP_TWICE',
        'invalid',
        `${field} '${slug}' is there twice`,
        { field },
      );
    }
    seen.add(slug);
    const before = known.get(slug);
    if (before !== undefined && before !== label) {
      const message = `${field} '${slug}' has meant '${before}' until now: a ${kind} that is worded anew needs a slug of its own, or ratings of two things would be compared`;
      return refusal('INSTRUMENT.LABEL_CHANGED', 'wrong-state', message, { field, slug });
    }
  }
  return undefined;
}

function publish(
  { data: { programmeId, said, programme }, at }: PublishAuditInstrumentCommand,
  state: InstrumentState,
): Decision<InstrumentEvent> {
  const malformed = refuseShape('INSTRUMENT.MALFORMED', NewInstrument, said);
  if (malformed !== undefined) return malformed;
  if (programme === null) {
    const message = `there is no programme '${programmeId}'`;
    return refusal('PROGRAMME.NOT_FOUND', 'not-found', message, { field: 'programmeId', programmeId });
  }
  const effectiveOn = readDate(said.effectiveOn, 'effectiveOn');
  if (isRefusal(effectiveOn)) return effectiveOn;
  const reason = said.reason.trim();
  const last = state.versions.at(-1)!;
  const { published, version } = last;
  const { features, groups = [...last.groups] } = said;
  if (
    published?.effectiveOn === effectiveOn &&
    published.reason === reason &&
    Equal({ features, groups }, { features: last.features, groups: last.groups })
  )
    return [];
  const { startsOn, creation, closed } = programme;
  const before = { version, effectiveOn: published?.effectiveOn ?? startsOn, isFinal: true as const };
  const refused =
    refuseClosed(programmeId, closed) ??
    refuseEntries('features', features, state) ??
    refuseEntries('groups', groups, state) ??
    refuseEffectiveDay('INSTRUMENT.EFFECTIVE_DAY', effectiveOn, at, programme, before);
  if (refused !== undefined) return refused;
  if (state.versions.length >= MOST_INSTRUMENT_VERSIONS) {
    const message = `an instrument has at most ${MOST_INSTRUMENT_VERSIONS} versions`;
    return refusal('INSTRUMENT.TOO_MANY_VERSIONS', 'wrong-state', message, { version });
  }
  return (
    refuseBefore(at, {
      'the creation of the programme': creation.occurredAt,
      'the version before': published?.occurredAt,
    }) ?? [
      auditInstrumentPublished({
        ...{ programmeId, version: version + 1, effectiveOn, features, groups, reason },
      }),
    ]
  );
}

function evolve({ versions }: InstrumentState, event: RecordedEvent<InstrumentEvent>): InstrumentState {
  const { version, effectiveOn, features, groups, reason } = event.data;
  const published = { ...factOf(event), effectiveOn: effectiveOn as CalendarDate, reason };
  return { versions: [...versions, { version, features, groups, published }] };
}

/** What the audits of a programme rate by, in versions: stream `audit-instrument-<programme>`. */
export const auditInstrument: Aggregate<InstrumentState, PublishAuditInstrumentCommand, InstrumentEvent> = {
  category: 'audit-instrument',
  events: instrumentEvents,
  initial: { versions: [NATIONAL_STRATEGY] },
  decide: publish,
  evolve,
};
