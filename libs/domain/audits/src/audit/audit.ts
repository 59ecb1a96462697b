import {
  NOT_BLANK,
  factOf,
  refusal,
  refuseBefore,
  refuseShape,
  type Aggregate,
  type Command,
  type Decision,
  type Fact,
  type Instant,
  type RecordedEvent,
  type Refusal,
} from '#kernel';
import { Type, type Static } from 'typebox';
import { Equal } from 'typebox/value';
import {
  auditCompleted,
  auditEvents,
  auditStarted,
  type AuditEvent,
  type Need,
  type Rating,
} from './audit.events.js';
import { FEATURE_SLUGS, PRIORITIES, WORKFORCE_GROUP_SLUGS } from './yardstick.js';

/** Audits are revisited every year; more cycles than this in one programme are a slip. */
export const MOST_CYCLES = 10;
export const MOST_NEEDS = 100;

const text = (maxLength: number) => Type.String({ maxLength, pattern: NOT_BLANK });

/** What completing an audit takes; every feature is rated once. */
export const CompletedAudit = Type.Object(
  {
    ratings: Type.Array(
      Type.Object(
        {
          feature: Type.Enum(FEATURE_SLUGS),
          rating: Type.Integer({ minimum: 1, maximum: 4 }),
          evidence: text(2000),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: FEATURE_SLUGS.length },
    ),
    needs: Type.Array(
      Type.Object(
        {
          needId: Type.String({ minLength: 1, maxLength: 60, pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' }),
          group: Type.Enum(WORKFORCE_GROUP_SLUGS),
          priority: Type.Enum([...PRIORITIES]),
          statement: text(1000),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: MOST_NEEDS },
    ),
    supportedBy: Type.Union([text(200), Type.Null()]),
  },
  { additionalProperties: false },
);
export type CompletedAudit = Static<typeof CompletedAudit>;

export type StartAuditCommand = Command<
  'StartAudit',
  Readonly<{
    programmeId: string;
    urn: string;
    cycle: number;
    /** The setting's enrolment; `null` if there is none. */
    participation: Fact | null;
    /** The cycle before this one, `null` if it was not completed; ignored for the first cycle. */
    previous: Fact | null;
  }>
>;
export type CompleteAuditCommand = Command<'CompleteAudit', CompletedAudit>;
export type AuditCommand = StartAuditCommand | CompleteAuditCommand;

interface Begun {
  readonly programmeId: string;
  readonly urn: string;
  readonly cycle: number;
  readonly startedAt: Instant;
}

export type AuditState =
  | { readonly status: 'not-started' }
  | (Begun & { readonly status: 'started' })
  | (Begun & {
      readonly status: 'completed';
      readonly completion: Fact;
      readonly ratings: readonly Rating[];
      readonly needs: readonly Need[];
      readonly supportedBy: string | null;
    });

function start({ data, at }: StartAuditCommand, state: AuditState): Decision<AuditEvent> {
  const { programmeId, urn, cycle, participation, previous } = data;
  if (!Number.isInteger(cycle) || cycle < 1 || cycle > MOST_CYCLES) {
    return refusal('AUDIT.CYCLE', 'invalid', `cycle must be a whole number from 1 to ${MOST_CYCLES}`, {
      field: 'cycle',
    });
  }
  if (participation === null) {
    return refusal(
      'AUDIT.SETTING_NOT_ENROLLED',
      'not-found',
      `setting ${urn} is not enrolled in programme ${programmeId}: enrol it first`,
      { programmeId, urn },
    );
  }
  if (cycle > 1 && previous === null) {
    return refusal(
      'AUDIT.EARLIER_CYCLE_OPEN',
      'wrong-state',
      `cycle ${cycle} of the audit cannot start: cycle ${cycle - 1} is not completed`,
      { field: 'cycle', cycle },
    );
  }
  if (state.status === 'completed') return alreadyCompleted(state);
  if (state.status === 'started') return [];
  return (
    refuseBefore(at, {
      "the setting's enrolment": participation.occurredAt,
      ...(cycle > 1 ? { 'the completion of the cycle before': previous?.occurredAt } : {}),
    }) ?? [auditStarted({ programmeId, urn, cycle, participation: participation.event })]
  );
}

function alreadyCompleted({ cycle, urn }: Begun): Refusal {
  return refusal(
    'AUDIT.ALREADY_COMPLETED',
    'wrong-state',
    `cycle ${cycle} of the audit of setting ${urn} is completed; what has changed since belongs to cycle ${cycle + 1}`,
    { urn, cycle },
  );
}

function complete({ data, at }: CompleteAuditCommand, state: AuditState): Decision<AuditEvent> {
  if (state.status === 'not-started') {
    return refusal('AUDIT.NOT_STARTED', 'wrong-state', 'the audit has not been started: start it first');
  }
  const broken = refuseShape('AUDIT.MALFORMED', CompletedAudit, data) ?? brokenRule(data);
  if (broken !== undefined) return broken;
  const { programmeId, urn, cycle } = state;
  const event = auditCompleted({ programmeId, urn, cycle, ...data });
  if (state.status === 'completed') {
    const { ratings, needs, supportedBy } = state;
    return Equal(data, { ratings, needs, supportedBy }) ? [] : alreadyCompleted(state);
  }
  return refuseBefore(at, { 'the start of the audit': state.startedAt }) ?? [event];
}

function brokenRule({ ratings, needs }: CompletedAudit): Refusal | undefined {
  const rated = new Set<string>();
  for (const [index, { feature }] of ratings.entries()) {
    if (rated.has(feature)) {
      const field = `ratings[${index}].feature`;
      return refusal('AUDIT.FEATURE_RATED_TWICE', 'invalid', `${field} '${feature}' is rated twice`, {
        field,
      });
    }
    rated.add(feature);
  }
  const missing = FEATURE_SLUGS.filter((slug) => !rated.has(slug));
  if (missing.length > 0) {
    return refusal(
      'AUDIT.FEATURE_NOT_RATED',
      'invalid',
      `ratings must rate every feature; still missing: ${missing.join(', ')}`,
      { field: 'ratings', missing },
    );
  }
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

function evolve(state: AuditState, event: RecordedEvent<AuditEvent>): AuditState {
  const at = event.metadata.occurredAt;
  switch (event.type) {
    case 'AuditStarted': {
      const { programmeId, urn, cycle } = event.data;
      return { status: 'started', programmeId, urn, cycle, startedAt: at };
    }
    case 'AuditCompleted':
      return {
        ...event.data,
        status: 'completed',
        startedAt: state.status === 'not-started' ? at : state.startedAt,
        completion: factOf(event),
      };
    default:
      event satisfies never;
      return state;
  }
}

/** An audit of professional development need, whole setting, one cycle: stream `audit-<programme>.<urn>.<cycle>`. */
export const audit: Aggregate<AuditState, AuditCommand, AuditEvent> = {
  category: 'audit',
  events: auditEvents,
  initial: { status: 'not-started' },
  decide: (command, state) => {
    switch (command.type) {
      case 'StartAudit':
        return start(command, state);
      case 'CompleteAudit':
        return complete(command, state);
      default:
        return command satisfies never;
    }
  },
  evolve,
};

export function auditId(programmeId: string, urn: string, cycle: number): string {
  return `${programmeId}.${urn}.${cycle}`;
}
