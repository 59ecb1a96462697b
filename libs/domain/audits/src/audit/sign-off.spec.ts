import type { EventReference } from '#kernel';
import { given, person, type Given } from '#testing';
import { describe, expect, it } from '@jest/globals';
import {
  auditCompleted,
  auditReturned,
  auditSignedOff,
  auditStarted,
  type AuditEvent,
} from './audit.events.js';
import { audit } from './audit.js';
import { FEATURE_SLUGS } from './yardstick.js';

const id = { programmeId: 'ipswich', urn: '124570', cycle: 1 };
const participation: EventReference = {
  eventId: 'e',
  stream: 'participation-ipswich.124570',
  revision: '0',
  type: 'SettingEnrolled',
};
const answers = {
  groups: ['governors'],
  ratings: FEATURE_SLUGS.map((feature) => ({ feature, group: 'governors', rating: 2, evidence: 'Seen' })),
  needs: [
    ...[{ needId: 'phonics', group: 'governors' as const, priority: 'high' as const, statement: 'Read' }].map(
      (need) => ({ ...need, standard: null }),
    ),
  ],
  supportedBy: [],
};
const lead = person('lead', 'setting');
const head = person('head', 'setting');
const started = auditStarted({
  ...id,
  participation,
  instrumentVersion: 1,
  instrument: null,
  academicYear: '2023/24',
});
const completed: Given<AuditEvent> = [auditCompleted({ ...id, ...answers }), { by: lead, at: '2024-02-01' }];
const signOff = { type: 'SignOffAudit', data: {} } as const;
const giveBack = (comments = 'Ask the governors') => ({ type: 'ReturnAudit', data: { comments } }) as const;
const complete = { type: 'CompleteAudit', data: answers } as const;

/** What was decided, with the completion that it rests on as history has it. */
const completion = given(audit, started, completed);
const reference = (() => {
  const history = [started, completed] as const;
  let seen: EventReference | undefined;
  const probe = {
    ...audit,
    decide: (_: unknown, state: unknown) => {
      seen = (state as { completion: { event: EventReference } }).completion.event;
      return [];
    },
  } as typeof audit;
  given(probe, ...history)
    .when(signOff)
    .thenNothing();
  return seen!;
})();
const signedOff: Given<AuditEvent> = [
  auditSignedOff({ ...id, completion: reference }),
  { by: head, at: '2024-02-02' },
];
const returned: Given<AuditEvent> = [
  auditReturned({ ...id, completion: reference, comments: 'Ask the governors' }),
  { by: head, at: '2024-02-02' },
];

describe('signing off an audit', () => {
  it('is for somebody who did not complete it', () => {
    completion
      .when(signOff, { by: head, at: '2024-02-02' })
      .then(auditSignedOff({ ...id, completion: reference }));
    const refusal = completion
      .when(signOff, { by: lead, at: '2024-02-02' })
      .thenRefused('AUDIT.SECOND_PERSON');
    expect(refusal.kind).toBe('not-allowed');
    expect(refusal.message).toContain('lead');
  });

  it('is for none of those who completed it, also before it was returned', () => {
    const again: Given<AuditEvent> = [auditCompleted({ ...id, ...answers }), { by: head, at: '2024-02-03' }];
    given(audit, started, completed, returned, again)
      .when(signOff, { by: lead, at: '2024-02-04' })
      .thenRefused('AUDIT.SECOND_PERSON');
  });

  it('waits for the completion, by state and by time, and for a returned audit to be completed again', () => {
    const early = given(audit, started).when(signOff, { by: head }).thenRefused('AUDIT.NOT_COMPLETED');
    expect(early.message).toContain('cycle 1 of the audit of setting 124570 is not completed');
    given(audit).when(signOff, { by: head }).thenRefused('AUDIT.NOT_COMPLETED');
    completion.when(signOff, { by: head, at: '2024-01-31' }).thenRefused('TIME.BEFORE_ITS_FACTS');
    given(audit, started, completed, returned)
      .when(signOff, { by: head, at: '2024-02-03' })
      .thenRefused('AUDIT.RETURNED');
  });

  it('is refused of a part that has ended, and so is a return', () => {
    const data = { ended: { urn: id.urn, settingName: 'Handford Hall', status: 'wound-down' as const } };
    const at = { by: head, at: '2024-02-02' };
    completion.when({ type: 'SignOffAudit', data }, at).thenRefused('PARTICIPATION.ENDED');
    completion
      .when({ type: 'ReturnAudit', data: { ...data, comments: 'x' } }, at)
      .thenRefused('PARTICIPATION.ENDED');
  });

  it('is done once, by one person', () => {
    const signed = given(audit, started, completed, signedOff);
    signed.when(signOff, { by: head, at: '2024-02-03' }).thenNothing();
    signed.when(signOff, { by: person('other'), at: '2024-02-03' }).thenRefused('AUDIT.ALREADY_SIGNED_OFF');
  });
});

describe('returning an audit', () => {
  it('says what to change, and lets the setting complete it again', () => {
    completion
      .when(giveBack(), { by: head, at: '2024-02-02' })
      .then(auditReturned({ ...id, completion: reference, comments: 'Ask the governors' }));
    const back = given(audit, started, completed, returned);
    back.when(complete, { by: lead, at: '2024-02-03' }).then(auditCompleted({ ...id, ...answers }));
    back.when(complete, { by: lead, at: '2024-02-01' }).thenRefused('TIME.BEFORE_ITS_FACTS');
  });

  it('is refused before the completion, after the sign-off, without comments and with others', () => {
    given(audit, started).when(giveBack()).thenRefused('AUDIT.NOT_COMPLETED');
    completion.when(giveBack(), { at: '2024-01-31' }).thenRefused('TIME.BEFORE_ITS_FACTS');
    completion.when(giveBack(' '), { at: '2024-02-02' }).thenRefused('AUDIT.MALFORMED');
    given(audit, started, completed, signedOff)
      .when(giveBack(), { at: '2024-02-03' })
      .thenRefused('AUDIT.ALREADY_SIGNED_OFF');
    given(audit, started, completed, returned)
      .when(giveBack('Ask the parents'), { at: '2024-02-03' })
      .thenRefused('AUDIT.ALREADY_RETURNED');
  });
});
