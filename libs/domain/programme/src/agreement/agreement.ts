import {
  dateInLondon,
  factOf,
  NOT_BLANK,
  parseDate,
  refusal,
  refuseBefore,
  refuseShape,
  startOfDay,
  SHA256,
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
import { LONGEST_REASON, noProgramme, refuseDate } from '../participation/invitation.js';
import {
  agreementEvents,
  grantAgreementIssued,
  grantAgreementWithdrawn,
  type AgreementEvent,
} from './agreement.events.js';

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
    sha256: Type.String({ pattern: SHA256 }),
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
    /** With its last day; `null` if there is no such programme. */
    programme: (Fact & Readonly<{ endsOn: string }>) | null;
    document: Document;
  }>
>;
export type WithdrawGrantAgreementCommand = Command<
  'WithdrawGrantAgreement',
  Readonly<{
    programmeId: string;
    version: number;
    reason: string;
    /** In London, on which it is recorded: what has taken force since it is said to have happened is not taken back. */
    today: CalendarDate;
  }>
>;
export type AgreementCommand = IssueGrantAgreementCommand | WithdrawGrantAgreementCommand;

const Reasoned = Type.Object({ reason: Type.String({ maxLength: LONGEST_REASON, pattern: NOT_BLANK }) });

export type IssuedVersion = Document & { readonly version: number; readonly issue: Fact };
export type Withdrawal = Readonly<{ at: Instant; by: string; reason: string }>;
export interface AgreementState {
  /** In the order of issue, which is that of their dates. */
  readonly versions: readonly IssuedVersion[];
  /** Those that never take force. Their numbers are not given again. */
  readonly withdrawn: readonly (IssuedVersion & { readonly withdrawal: Withdrawal })[];
}

function refuseDocument(
  document: Document,
  last: IssuedVersion | undefined,
  { at, endsOn }: { readonly at: Instant; readonly endsOn: string | undefined },
): Refusal | undefined {
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
  if (endsOn !== undefined && effectiveOn > endsOn) {
    const message = `effectiveOn ${effectiveOn} is after the programme ends, ${endsOn}`;
    return refusal('AGREEMENT.DATE', 'invalid', message, { field: 'effectiveOn', effectiveOn });
  }
  if (last === undefined || effectiveOn >= last.effectiveOn) return undefined;
  const orElse = last.effectiveOn > dateInLondon(at) ? '. Withdraw that one if it is a mistake' : '';
  return refusal(
    'AGREEMENT.DATE',
    'invalid',
    `effectiveOn ${effectiveOn} is before ${last.effectiveOn}, from which version ${last.version} holds: a later version begins later${orElse}`,
    { field: 'effectiveOn', effectiveOn, version: last.version },
  );
}

function issue(
  { data, at }: IssueGrantAgreementCommand,
  { versions, withdrawn }: AgreementState,
): Decision<AgreementEvent> {
  const { programmeId, programme, document } = data;
  const last = versions.at(-1);
  if (last !== undefined && Equal(document, documentOf(last))) return [];
  const broken = refuseDocument(document, last, { at, endsOn: programme?.endsOn });
  if (broken !== undefined) return broken;
  if (programme === null) return noProgramme({ programmeId, urn: '' });
  return (
    refuseSame(document, last) ??
    refuseBefore(at, {
      'the creation of the programme': programme.occurredAt,
      'the issue of the version before': last?.issue.occurredAt,
    }) ?? [
      grantAgreementIssued({
        ...{ programmeId, version: versions.length + withdrawn.length + 1, programme: programme.event },
        ...document,
      }),
    ]
  );
}

/** Settings that signed a version are not asked to sign it once more because its file has another name. */
function refuseSame(document: Document, last: IssuedVersion | undefined): Refusal | undefined {
  if (last === undefined || !Equal(meaningOf(document), meaningOf(last))) return undefined;
  const { version, fileName, sha256 } = last;
  return refusal(
    'AGREEMENT.SAME_DOCUMENT',
    'wrong-state',
    `sha256: '${document.fileName}' is the document of version ${version}, '${fileName}', with the same terms from the same day on: ` +
      'a new version has another document, other terms or a later day',
    { field: 'sha256', sha256, version },
  );
}

function meaningOf({ sha256, eligible, ineligible, effectiveOn }: Document): unknown {
  return { sha256, effectiveOn, eligible: eligible.toSorted(), ineligible: ineligible.toSorted() };
}

function documentOf({ fileName, sha256, eligible, ineligible, effectiveOn }: Document): Document {
  return { fileName, sha256, eligible, ineligible, effectiveOn };
}

function withdraw(
  { data: { programmeId, version, reason, today }, at }: WithdrawGrantAgreementCommand,
  { versions, withdrawn }: AgreementState,
): Decision<AgreementEvent> {
  const malformed = refuseShape('AGREEMENT.MALFORMED', Reasoned, { reason });
  if (malformed !== undefined) return malformed;
  if (withdrawn.some((one) => one.version === version)) return [];
  const found = versions.find((one) => one.version === version);
  if (found === undefined) {
    const message = `there is no version ${version} of the grant agreement of programme ${programmeId}`;
    return refusal('AGREEMENT.UNKNOWN_VERSION', 'not-found', message, { field: 'version', version });
  }
  const { effectiveOn, issue } = found;
  const day = dateInLondon(at) > today ? dateInLondon(at) : today;
  if (effectiveOn <= day) {
    const message = `version ${version} of the grant agreement has been in force since ${effectiveOn}, and settings may have signed it: issue another instead`;
    return refusal('AGREEMENT.IN_FORCE', 'wrong-state', message, { field: 'version', version, effectiveOn });
  }
  return (
    refuseBefore(at, { 'the issue of that version': issue.occurredAt }) ?? [
      grantAgreementWithdrawn({
        ...{ programmeId, version, effectiveOn, reason: reason.trim(), withdraws: issue.event },
      }),
    ]
  );
}

/** The grant agreement of one programme, version by version: stream `agreement-<programme>`. */
export const agreement: Aggregate<AgreementState, AgreementCommand, AgreementEvent> = {
  category: 'agreement',
  events: agreementEvents,
  initial: { versions: [], withdrawn: [] },
  decide: (command, state) =>
    command.type === 'IssueGrantAgreement' ? issue(command, state) : withdraw(command, state),
  evolve: ({ versions, withdrawn }, event: RecordedEvent<AgreementEvent>): AgreementState => {
    const { version } = event.data;
    if (event.type === 'GrantAgreementIssued') {
      const issued = { ...documentOf(event.data), version, issue: factOf(event) };
      return { versions: [...versions, issued], withdrawn };
    }
    event.type satisfies 'GrantAgreementWithdrawn';
    const { occurredAt, actor } = event.metadata;
    const withdrawal = { at: occurredAt, by: actor.subject, reason: event.data.reason };
    const gone = versions.filter((one) => one.version === version);
    return {
      versions: versions.filter((one) => one.version !== version),
      withdrawn: [...withdrawn, ...gone.map((one) => ({ ...one, withdrawal }))],
    };
  },
};

/** The version that is to be signed at a moment: the last that had been issued and had come into force by then. */
export function agreementInForce(
  { versions }: Pick<AgreementState, 'versions'>,
  at: Instant,
): IssuedVersion | undefined {
  return versions.findLast(
    ({ effectiveOn, issue }) => issue.occurredAt <= at && startOfDay(parseDate(effectiveOn)) <= at,
  );
}
