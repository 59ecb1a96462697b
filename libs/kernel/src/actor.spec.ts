import { describe, expect, it } from '@jest/globals';
import { samePerson, type Actor } from './actor.js';

const actor = (subject: string, more: Partial<Actor> = {}): Actor => ({
  issuer: 'urn:tranche:local',
  subject,
  role: 'approver',
  authentication: { method: 'system', component: 'test' },
  ...more,
});

describe('the same person', () => {
  it.each([
    ['ann', 'ann'],
    ['ann', 'Ann'],
    ['ann', 'ANN'],
    ['strasse', 'Straße'],
    ['ann', 'ａｎｎ'],
  ])('is %s and %s', (a, b) => {
    expect(samePerson(actor(a), actor(b))).toBe(true);
  });

  it('is one whatever the role and however it was proved', () => {
    const authentication = { method: 'command-line', account: 'ann', host: 'desk' } as const;
    expect(samePerson(actor('ann'), actor('ann', { role: 'payer', authentication }))).toBe(true);
  });

  it('is not one of another name, nor one whom another issuer vouches for', () => {
    expect(samePerson(actor('ann'), actor('anna'))).toBe(false);
    expect(samePerson(actor('ann'), actor('ann', { issuer: 'https://login.example' }))).toBe(false);
  });
});
