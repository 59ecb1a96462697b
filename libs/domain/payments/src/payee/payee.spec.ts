import { given, person, type Given } from '#testing';
import { describe, expect, it } from '@jest/globals';
import { masked, refuseDetails, withoutSeparators } from './payee-details.js';
import {
  payeeDetailsEntered,
  payeeDetailsRejected,
  payeeDetailsVerified,
  type PayeeEvent,
} from './payee.events.js';
import { payee } from './payee.js';

const olive = person('olive');
const pat = person('pat');
const of = { urn: '124570', reference: 'r1' };
const entry = { ...of, keyedHash: 'h1' };
const enter = (change: object = {}) =>
  ({ type: 'EnterPayeeDetails', data: { ...entry, registered: true, ...change } }) as const;
const verify = (reference = 'r1') => ({ type: 'VerifyPayeeDetails', data: { reference } }) as const;
const reject = (reason: string) =>
  ({ type: 'RejectPayeeDetails', data: { reference: 'r1', reason } }) as const;
const entered: Given<PayeeEvent> = [payeeDetailsEntered(entry), { by: olive }];
const verified: Given<PayeeEvent> = [payeeDetailsVerified(of), { by: pat }];

describe('a payee', () => {
  it('is entered for a setting of the register', () => {
    given(payee).when(enter(), { by: olive }).then(payeeDetailsEntered(entry));
    given(payee)
      .when(enter({ registered: false }))
      .thenRefused('PAYEE.UNKNOWN_SETTING');
  });

  it('is verified by somebody else than who entered it, whatever the capitals of their name', () => {
    given(payee, entered).when(verify(), { by: pat }).then(payeeDetailsVerified(of));
    given(payee, entered).when(verify(), { by: olive }).thenRefused('PAYEE.SAME_PERSON');
    given(payee, entered)
      .when(verify(), { by: person('OLIVE') })
      .thenRefused('PAYEE.SAME_PERSON');
    given(payee).when(verify(), { by: pat }).thenRefused('PAYEE.NOT_ENTERED');
  });

  it('is verified as it stands: not as it was looked at before it was entered anew, and not twice', () => {
    const changed: Given<PayeeEvent> = [
      payeeDetailsEntered({ ...entry, reference: 'r2', keyedHash: 'h2' }),
      { by: olive },
    ];
    given(payee, entered, changed).when(verify('r1'), { by: pat }).thenRefused('PAYEE.CHANGED');
    given(payee, entered, verified)
      .when(verify(), { by: person('third') })
      .thenRefused('PAYEE.ALREADY_LOOKED_AT');
  });

  it('is not verified any more once it is changed, and the same account again is no change', () => {
    given(payee, entered, verified)
      .when(enter({ reference: 'r2', keyedHash: 'h2' }), { by: olive })
      .then(payeeDetailsEntered({ ...entry, reference: 'r2', keyedHash: 'h2' }));
    given(payee, entered, verified)
      .when(enter({ reference: 'r2' }), { by: olive })
      .thenNothing();
  });

  it('is rejected with a reason by somebody else, and entered anew, be it the same', () => {
    given(payee, entered)
      .when(reject('another sort code'), { by: pat })
      .then(payeeDetailsRejected({ ...of, reason: 'another sort code' }));
    given(payee, entered).when(reject(' '), { by: pat }).thenRefused('PAYEE.MALFORMED');
    given(payee, entered).when(reject('no'), { by: olive }).thenRefused('PAYEE.SAME_PERSON');
    const rejected: Given<PayeeEvent> = [payeeDetailsRejected({ ...of, reason: 'x' }), { by: pat }];
    given(payee, entered, rejected)
      .when(enter({ reference: 'r2' }), { by: olive })
      .then(payeeDetailsEntered({ ...entry, reference: 'r2' }));
  });

  it('is never told to have happened before what it follows', () => {
    const early = { by: pat, at: '2023-12-31' };
    given(payee, entered).when(verify(), early).thenRefused('TIME.BEFORE_ITS_FACTS');
    given(payee, entered, verified)
      .when(enter({ keyedHash: 'h2' }), early)
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });
});

describe('the details of a payee', () => {
  const details = { accountName: 'HANDFORD HALL', sortCode: '123456', accountNumber: '12345678' };

  it('may be written with hyphens and spaces, and are shown masked', () => {
    const written = { ...details, sortCode: '12-34-56', accountNumber: '1234 5678' };
    expect(withoutSeparators(written)).toEqual(details);
    expect(masked(details)).toEqual({
      ...{ accountName: 'HANDFORD HALL', sortCode: '**-**-56', accountNumber: '****5678' },
    });
  });

  it.each([
    ['accountName', 'A name of nineteen c'],
    ['accountName', '=1+1'],
    ['accountName', 'HALL, THE'],
    ['accountName', "St. Mary's School"],
    ['sortCode', '12345'],
    ['sortCode', '1234567'],
    ['accountNumber', '1234567'],
    ['accountNumber', '1234567x'],
  ])('are refused with the %s %j, naming it', (field, value) => {
    const refused = refuseDetails({ ...details, [field]: value });
    expect(refused).toMatchObject({ code: 'PAYEE.MALFORMED', details: { field } });
    // A rule in words: nobody at a desk reads a regular expression.
    expect(refused?.message).not.toMatch(/[\^$\\]/);
  });
});
