import { Type, type Static } from 'typebox';
import { sameSubject } from './subject.js';

/** How the person or process behind a command proved who it is. */
export const Authentication = Type.Union([
  Type.Object({ method: Type.Literal('bearer-token'), keyId: Type.String(), tokenId: Type.String() }),
  Type.Object({ method: Type.Literal('command-line'), account: Type.String(), host: Type.String() }),
  Type.Object({ method: Type.Literal('system'), component: Type.String() }),
]);
export type Authentication = Static<typeof Authentication>;

/** Who acts. One person is one issuer and subject, whatever the role they act in. */
export const Actor = Type.Object({
  issuer: Type.String({ minLength: 1, maxLength: 200 }),
  subject: Type.String({ minLength: 1, maxLength: 200 }),
  role: Type.String({ minLength: 1, maxLength: 50 }),
  authentication: Authentication,
});
export type Actor = Static<typeof Actor>;

/** Who somebody is, whatever the role they act in. */
export const Person = Type.Object({ issuer: Type.String(), subject: Type.String() });
export type Person = Static<typeof Person>;

export function personOf({ issuer, subject }: Person): Person {
  return { issuer, subject };
}

/** Whether two actors count as one person where two are needed, however their subjects are spelt. */
export function samePerson(a: Person, b: Person): boolean {
  return a.issuer === b.issuer && sameSubject(a.subject, b.subject);
}

/** The actor of what the product does by itself, such as recording a condition that was met elsewhere. */
export function systemActor(component: string): Actor {
  return {
    issuer: 'tranche',
    subject: `system:${component}`,
    role: 'system',
    authentication: { method: 'system', component },
  };
}
