import {
  factOf,
  NOT_BLANK,
  parseDate,
  refusal,
  refuseBefore,
  refuseShape,
  startOfDay,
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
import { noProgramme, refuseDate } from '../participation/invitation.js';
import { agreementEvents, grantAgreementIssued, type AgreementEvent } from './agreement.events.js';

export const MOST_HEADS = 100;
export const LONGEST_HEAD = 500;

const heads = (minItems: number) =>
  Type.Array(Type.String({ maxLength: LONGEST_HEAD, pattern: NOT_BLANK }), {
    minItems,
    maxItems: MOST_HEADS,
  });

/** A document and its terms, as somebody issues it. */
export const Document = Type.Object(
  {
    fileName: Type.String({ maxLength: 200, pattern: NOT_BLANK }),
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    eligible: heads(1),
    ineligible: heads(0),
    effectiveOn: Type.String({ maxLength: 10 }),
  },
  { additionalProperties: false },
);
export type Document = Static<typeof Document>;

export type IssueGrantAgreementCommand = Command<
  'IssueGrantAgreement',
  Readonly<{
    programmeId: string;
    /** `null` if there is no such programme. */
    programme: Fact | null;
    document: Document;
  }>
>;

export type IssuedVersion = Document & { readonly version: number; readonly issue: Fact };
export interface AgreementState {
  /** In the order of issue, which is that of their dates. */
  readonly versions: readonly IssuedVersion[];
}

function refuseDocument(document: Document, last: IssuedVersion | undefined): Refusal | undefined {
  const broken =
    refuseShape('AGREEMENT.MALFORMED', Document, document) ?? refuseDate(document.effectiveOn, 'effectiveOn');
  if (broken !== undefined) return broken;
  const { effectiveOn, eligible, ineligible } = document;
  const both = eligible.find((head) => ineligible.includes(head));
  if (both !== undefined) {
    return refusal(
      'AGREEMENT.MALFORMED',
      'invalid',
      `ineligible '${both}' is among the eligible heads too: expenditure is one or the other`,
      { field: 'ineligible', head: both },
    );
  }
  if (last === undefined || effectiveOn >= last.effectiveOn) return undefined;
  return refusal(
    'AGREEMENT.DATE',
    'invalid',
    `effectiveOn ${effectiveOn} is before ${last.effectiveOn}, from which version ${last.version} holds: a later version begins later`,
    { field: 'effectiveOn', effectiveOn, version: last.version },
  );
}

function issue(
  { data, at }: IssueGrantAgreementCommand,
  { versions }: AgreementState,
): Decision<AgreementEvent> {
  const { programmeId, programme, document } = data;
  const last = versions.at(-1);
  if (last !== undefined && Equal(document, documentOf(last))) return [];
  const broken = refuseDocument(document, last);
  if (broken !== undefined) return broken;
  if (programme === null) return noProgramme({ programmeId, urn: '' });
  return (
    refuseBefore(at, {
      'the creation of the programme': programme.occurredAt,
      'the issue of the version before': last?.issue.occurredAt,
    }) ?? [
      grantAgreementIssued({
        ...{ programmeId, version: versions.length + 1, programme: programme.event },
        ...document,
      }),
    ]
  );
}

function documentOf({ fileName, sha256, eligible, ineligible, effectiveOn }: Document): Document {
  return { fileName, sha256, eligible, ineligible, effectiveOn };
}

/** The grant agreement of one programme, version by version: stream `agreement-<programme>`. */
export const agreement: Aggregate<AgreementState, IssueGrantAgreementCommand, AgreementEvent> = {
  category: 'agreement',
  events: agreementEvents,
  initial: { versions: [] },
  decide: issue,
  evolve: ({ versions }, event: RecordedEvent<AgreementEvent>): AgreementState => {
    event.type satisfies 'GrantAgreementIssued';
    const { version } = event.data;
    return { versions: [...versions, { ...documentOf(event.data), version, issue: factOf(event) }] };
  },
};

/** The version that is to be signed at a moment: the last that had been issued and had come into force by then. */
export function agreementInForce({ versions }: AgreementState, at: Instant): IssuedVersion | undefined {
  return versions.findLast(
    ({ effectiveOn, issue }) => issue.occurredAt <= at && startOfDay(parseDate(effectiveOn)) <= at,
  );
}
