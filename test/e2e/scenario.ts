import { FEATURE_SLUGS } from '#domain/audits';
import { addDays, dateInLondon, systemClock } from '#kernel';
import type { ApiProcess, Answer, Client } from './api-process.js';

/** A small programme that is running today, and the bodies of every step of its loop. */
const today = dateInLondon(systemClock.now());
const day = (offset: number): string => addDays(today, offset);

export function register(urns: readonly string[]): { gias: string; workforce: string } {
  const gias = [
    'URN,LA (code),LA (name),EstablishmentName,EstablishmentStatus (name),PhaseOfEducation (name)',
    ...urns.map((urn) => `${urn},935,Suffolk,"School ${urn}",Open,Primary`),
  ];
  const workforce = ['school_urn,teachers_fte', ...urns.map((urn, index) => `${urn},${20 + (index % 40)}.5`)];
  return { gias: `${gias.join('\n')}\n`, workforce: `${workforce.join('\n')}\n` };
}

export const programme = (id: string, budgetPence: number) => ({
  id,
  name: `Programme ${id}`,
  area: 'Ipswich',
  startsOn: day(-60),
  endsOn: day(300),
  budgetPence,
  policy: { ratePencePerFte: 60_000, floorPence: 1_000_000, capPence: 5_000_000 },
  tranches: [
    { number: 1, shareBasisPoints: 4000, conditions: ['agreement-accepted', 'plan-approved'] },
    { number: 2, shareBasisPoints: 6000, conditions: ['report-1-accepted'] },
  ],
  reportWindows: [{ number: 1, opensOn: day(-1), dueOn: day(30), closesOn: day(60) }],
});

/** What two different people find before an offer. */
export const dueDiligence = { outcome: 'passed', checks: ['company register', 'last accounts'] } as const;
export const fraudRisk = { level: 'low', outcome: 'acceptable' } as const;

/** The grant agreement as the programme issues it, and as the head of a setting signs it. */
export const agreement = {
  ...{ fileName: 'grant-agreement.pdf', sha256: 'a'.repeat(64), eligible: ['course fees', 'cover'] },
  effectiveOn: day(-60),
};
export const signing = {
  ...{ version: 1, sha256: agreement.sha256 },
  signatory: { subject: 'sam', roleTitle: 'head teacher' },
};

/** The groups of the workforce that the settings of these tests have. */
const GROUPS = ['early-career-teachers', 'governors'];

export const completedAudit = {
  groups: GROUPS,
  ratings: GROUPS.flatMap((group) =>
    FEATURE_SLUGS.map((feature) => ({
      feature,
      group,
      rating: 2,
      evidence: 'lesson visits in the autumn term',
    })),
  ),
  needs: [
    {
      needId: 'phonics',
      group: 'early-career-teachers',
      priority: 'high',
      statement: 'teach phonics with confidence',
    },
  ],
  supportedBy: null,
};

export const plan = {
  actions: [
    {
      actionId: 'phonics-course',
      needId: 'phonics',
      activity: 'a course with coaching after it',
      audience: 'teachers in their first three years',
      headcount: 6,
      costPence: 450_000,
      startsOn: day(0),
      endsOn: day(120),
      desiredOutcomes: ['phonics is taught the same way in every class'],
    },
  ],
};

export const report = {
  summary: 'the course has begun',
  actions: [
    { actionId: 'phonics-course', status: 'under-way', spentPence: 120_000, note: 'four sessions held' },
  ],
};

export interface People {
  readonly operations: Client;
  /** Of each setting its own, by the URN in the path. */
  readonly setting: Client;
  readonly approver: Client;
  readonly payer: Client;
  readonly auditor: Client;
}

export async function peopleOf(api: ApiProcess): Promise<People> {
  const [operations, approver, payer, auditor] = await Promise.all([
    api.as('olive', 'operations'),
    api.as('ada', 'approver'),
    api.as('pat', 'payer'),
    api.as('amir', 'auditor'),
  ]);
  return { operations, setting: api.asEachSetting('sam'), approver, payer, auditor };
}

export function done(answer: Answer): Answer {
  if (answer.status !== 200 && answer.status !== 201) {
    throw new Error(`${answer.status}: ${JSON.stringify(answer.body)}`);
  }
  return answer;
}

export async function importRegister(people: People, urns: readonly string[]): Promise<void> {
  const { gias, workforce } = register(urns);
  const headers = { 'content-type': 'text/csv' };
  done(
    await people.operations.send('POST', '/api/v1/settings/imports?file=gias.csv', { raw: gias, headers }),
  );
  done(
    await people.operations.send('POST', '/api/v1/settings/workforce-imports?file=census.csv', {
      raw: workforce,
      headers,
    }),
  );
}

/** Conditions are recorded by a policy shortly after what meets them: a person would try again in a moment. */
export async function soon(
  send: () => Promise<Answer>,
  refusedWith: RegExp,
  milliseconds = 30_000,
): Promise<Answer> {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const answer = await send();
    if (answer.status < 300) return answer;
    if (!refusedWith.test(String(answer.body.code)) || Date.now() > deadline) return done(answer);
    await new Promise((wake) => setTimeout(wake, 50));
  }
}

/** Asks again until what is asked for is so, and gives the last answer in any case: the expectation then says what is amiss. */
export async function eventually<T>(
  ask: () => Promise<T>,
  isSo: (answer: T) => boolean,
  milliseconds = 90_000,
): Promise<T> {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const answer = await ask();
    if (isSo(answer) || Date.now() > deadline) return answer;
    await new Promise((wake) => setTimeout(wake, 50));
  }
}

/** What an acceptance rests on: the agreement is issued, if it is not yet, and the setting signs it. */
export async function signAgreement(people: People, root: string, urn: string): Promise<void> {
  done(await people.operations.post(`${root}/grant-agreements`, agreement));
  done(await people.setting.post(`${root}/participations/${urn}/grant-agreement/sign`, signing));
}

/** One setting from its enrolment to the release of its first tranche. */
export async function drawDownFirst(people: People, root: string, urn: string): Promise<void> {
  const at = `${root}/settings/${urn}`;
  done(await people.operations.post(`${root}/participations`, { urn }));
  done(await people.operations.post(`${root}/participations/${urn}/due-diligence`, dueDiligence));
  done(await people.approver.post(`${root}/participations/${urn}/fraud-risk`, fraudRisk));
  done(await people.setting.post(`${at}/audit/start`, {}));
  done(await people.setting.post(`${at}/audit/complete`, completedAudit));
  done(await people.setting.post(`${at}/plan/submit`, plan));
  done(await people.approver.post(`${at}/plan/approve`, {}));
  done(await people.operations.post(`${root}/allocations/${urn}/offer`, {}));
  await signAgreement(people, root, urn);
  done(await people.setting.post(`${root}/allocations/${urn}/accept`, {}));
  const tranche = `${root}/allocations/${urn}/tranches/1`;
  done(await soon(() => people.operations.post(`${tranche}/propose`, {}), /^TRANCHE\.(AGREEMENT|PLAN)/));
  done(await people.approver.post(`${tranche}/approve`, {}));
  done(await people.payer.post(`${tranche}/release`, {}));
}
