import type { Source } from '#domain/settings';
import { inLondon, type Actor, type Instant, type RecordedEvent } from '#kernel';

/** Why something is so: what happened, who did it and how they were known, and what that rests on in turn. */
export interface Explanation {
  /** In plain English. */
  readonly says: string;
  readonly event?: {
    readonly id: string;
    readonly stream: string;
    /** Decimal. */
    readonly revision: string;
    readonly type: string;
    readonly actor: Actor;
    readonly occurredAt: Instant;
    readonly recordedAt: Instant;
  };
  /** Where it was read, so that it can be opened there. */
  readonly source?: Source;
  readonly because: readonly Explanation[];
}

export function explained(
  event: RecordedEvent,
  says: string,
  because: readonly Explanation[],
  source?: Source,
): Explanation {
  const { id, stream, revision, type, metadata } = event;
  const { actor, occurredAt, recordedAt } = metadata;
  return {
    says: `${says}, ${by(actor)}, ${when(occurredAt, recordedAt)}.`,
    event: { id, stream, revision: revision.toString(), type, actor, occurredAt, recordedAt },
    ...(source === undefined ? {} : { source }),
    because,
  };
}

/** `by amina.khan of tranche-local (operations), known by a bearer token signed with key k1`. */
function by({ subject, issuer, role, authentication }: Actor): string {
  switch (authentication.method) {
    case 'system':
      return role === 'system'
        ? `by the product itself (${authentication.component})`
        : `by ${subject} of ${issuer} (${role}), played by ${authentication.component}`;
    case 'bearer-token':
      return `by ${subject} of ${issuer} (${role}), known by bearer token ${authentication.tokenId} signed with key ${authentication.keyId}`;
    case 'command-line':
      return `by ${subject} of ${issuer} (${role}), at the command line as ${authentication.account} on ${authentication.host}`;
  }
}

function when(occurredAt: Instant, recordedAt: Instant): string {
  const [occurred, recorded] = [inLondon(occurredAt), inLondon(recordedAt)];
  return occurred === recorded ? `on ${occurred}, recorded then` : `on ${occurred}, recorded on ${recorded}`;
}

/** An indented tree, one sentence a line, with where each can be found. */
export function explanationInWords(explanation: Explanation, depth = 0): string {
  const indent = '  '.repeat(depth);
  const lead = depth === 0 ? '' : 'because ';
  const { event, source } = explanation;
  const where = [
    ...(event === undefined ? [] : [`event ${event.id}, ${event.stream} revision ${event.revision}`]),
    ...(source === undefined ? [] : [`${source.file}, row ${source.row}, SHA-256 ${source.sha256}`]),
  ].map((line) => `${indent}    [${line}]`);
  return [
    `${indent}${lead}${explanation.says}`,
    ...where,
    ...explanation.because.map((reason) => explanationInWords(reason, depth + 1)),
  ].join('\n');
}
