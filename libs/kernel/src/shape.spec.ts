import { describe, expect, it } from '@jest/globals';
import { Type } from 'typebox';
import { NOT_BLANK, refuseShape, SHA256, SLUG } from './shape.js';

const action = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 5, pattern: NOT_BLANK }),
    costPence: Type.Integer({ minimum: 1 }),
    priority: Type.Enum(['high', 'low']),
    of: Type.Optional(Type.Union([Type.Literal('board'), Type.Literal('senior-owner')])),
    is: Type.Optional(Type.Literal('done')),
    slug: Type.Optional(Type.String({ pattern: SLUG })),
    sha256: Type.Optional(Type.String({ pattern: SHA256 })),
    to: Type.Optional(
      Type.Union([Type.String({ pattern: '^\\S+$', rule: 'must have no spaces' }), Type.Null()]),
    ),
    code: Type.Optional(Type.String({ pattern: '^x$' })),
  },
  { additionalProperties: false },
);
const plan = Type.Object(
  { actions: Type.Array(action, { minItems: 1, maxItems: 2 }) },
  { additionalProperties: false },
);
const good = { name: 'one', costPence: 1, priority: 'high' };

function refused(value: unknown): { field: unknown; message: string } | undefined {
  const refusal = refuseShape('PLAN.MALFORMED', plan, value);
  return refusal && { field: refusal.details['field'], message: refusal.message };
}

describe('the shape of what is sent', () => {
  it('lets through what its schema describes', () => {
    expect(refused({ actions: [good] })).toBeUndefined();
  });

  it.each([
    [undefined, '', 'what is sent must be an object'],
    [{}, 'actions', 'actions is missing'],
    [{ actions: 'x' }, 'actions', 'actions must be a list'],
    [{ actions: [] }, 'actions', 'actions must have at least 1 entry'],
    [{ actions: [good, good, good] }, 'actions', 'actions must have at most 2 entries'],
    [{ actions: [null] }, 'actions[0]', 'actions[0] must be an object'],
    [{ actions: [{ ...good, name: '  ' }] }, 'actions[0].name', 'actions[0].name must not be blank'],
    [{ actions: [good, { ...good, name: '' }] }, 'actions[1].name', 'actions[1].name must not be empty'],
    [
      { actions: [{ ...good, name: 'sixsix' }] },
      'actions[0].name',
      'actions[0].name must have at most 5 characters',
    ],
    [
      { actions: [{ ...good, costPence: 1.5 }] },
      'actions[0].costPence',
      'actions[0].costPence must be a whole number',
    ],
    [{ actions: [{ ...good, costPence: 0 }] }, 'actions[0].costPence', 'actions[0].costPence must be >= 1'],
    [
      { actions: [{ ...good, priority: 'x' }] },
      'actions[0].priority',
      "actions[0].priority must be one of 'high', 'low'",
    ],
    [
      { actions: [{ ...good, of: 'policy' }] },
      'actions[0].of',
      "actions[0].of must be one of 'board', 'senior-owner'",
    ],
    [{ actions: [{ ...good, is: 'x' }] }, 'actions[0].is', "actions[0].is must be 'done'"],
    [
      { actions: [{ ...good, slug: 'Two Words' }] },
      'actions[0].slug',
      'actions[0].slug must be lower-case words joined by hyphens',
    ],
    [
      { actions: [{ ...good, sha256: 'X' }] },
      'actions[0].sha256',
      'actions[0].sha256 must be 64 hexadecimal digits, in lower case',
    ],
    [{ actions: [{ ...good, to: 'A B' }] }, 'actions[0].to', 'actions[0].to must have no spaces'],
    [{ actions: [{ ...good, code: 'y' }] }, 'actions[0].code', 'actions[0].code must match ^x$'],
    [
      { actions: [{ ...good, cost: 1 }] },
      'actions[0].cost',
      'actions[0].cost is not a field that is known here',
    ],
    [
      { actions: [{ name: 'a', priority: 'low' }] },
      'actions[0].costPence',
      'actions[0].costPence is missing',
    ],
  ])('names the field and the rule: %j', (value, field, message) => {
    expect(refused(value)).toEqual({ field, message });
  });
});
