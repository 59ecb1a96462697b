import { RefusalError, refusal, type Actor, type RefusalKind } from '#kernel';
import { describe, expect, it } from '@jest/globals';
import {
  BadRequestException,
  ForbiddenException,
  NotFoundException,
  type ArgumentMetadata,
} from '@nestjs/common';
import { Type } from 'class-transformer';
import { IsArray, IsInt, IsOptional, IsString, Max, Min, ValidateNested } from 'class-validator';
import 'reflect-metadata';
import { commandIdFrom, expectedRevisionFrom } from './command-context.js';
import { toJson } from './json.js';
import { isOutcome, outcomeAnswer } from './outcome.interceptor.js';
import { HttpProblem, STATUS_OF, problemOf } from './problem.js';
import { validationPipe } from './validation.js';
import { positionFrom, waitFor } from './wait-for.js';

const amina: Actor = {
  issuer: 'urn:test',
  subject: 'amina',
  role: 'operations',
  authentication: { method: 'bearer-token', keyId: 'k', tokenId: 't' },
};

describe('problems', () => {
  it.each(Object.entries(STATUS_OF))('turns a refusal that is %s into %d', (kind, status) => {
    const error = new RefusalError(refusal('A.CODE', kind as RefusalKind, 'because', { field: 'x' }));
    const { problem, headers } = problemOf(error);
    expect(problem).toMatchObject({ status, code: 'A.CODE', detail: 'because', field: 'x' });
    expect(problem.type).toBe('urn:tranche:problem:A.CODE');
    expect('retry-after' in headers).toBe(status === 503);
  });

  it.each<[says: string, thrown: object, status: number, code: string]>([
    [
      'a body of another length',
      { code: 'FST_ERR_CTP_INVALID_CONTENT_LENGTH' },
      400,
      'REQUEST.CONTENT_LENGTH',
    ],
    ['a path that is none', { code: 'FST_ERR_BAD_URL' }, 400, 'REQUEST.BAD_URL'],
    ['what a framework forbids', new ForbiddenException('no'), 403, 'IDENTITY.NOT_ALLOWED'],
    ['any other fault of the caller', { statusCode: 418 }, 418, 'REQUEST.REFUSED'],
  ])('gives %s a code of ours', (_, thrown, status, code) => {
    expect(problemOf(thrown)).toMatchObject({ ourFault: false, problem: { status, code } });
  });

  it('never lets details replace a standard member', () => {
    const error = new RefusalError(refusal('A.CODE', 'invalid', 'because', { status: 200, title: 'Fine' }));
    expect(problemOf(error).problem).toMatchObject({ status: 400, title: 'Bad Request' });
  });

  it('says nothing of an unexpected error', () => {
    const { problem, ourFault } = problemOf(new TypeError('secret path /etc'));
    expect(ourFault).toBe(true);
    expect(problem.status).toBe(500);
    expect(JSON.stringify(problem)).not.toContain('secret');
  });

  it.each([undefined, null, 'text', 7])('turns even a thrown %p into a problem', (thrown) => {
    expect(problemOf(thrown).problem.status).toBe(500);
  });

  it('keeps the status of what Nest refuses', () => {
    expect(problemOf(new NotFoundException('Cannot GET /x')).problem).toMatchObject({
      status: 404,
      code: 'REQUEST.NO_SUCH_ROUTE',
    });
    expect(problemOf(new BadRequestException('no')).problem.status).toBe(400);
  });
});

describe('If-Match', () => {
  it('is a quoted revision', () => {
    expect(expectedRevisionFrom('"7"')).toBe(7n);
    expect(expectedRevisionFrom('"0"')).toBe(0n);
    expect(expectedRevisionFrom(undefined)).toBeUndefined();
  });

  it.each(['7', '*', 'W/"7"', '"7", "8"', '"-1"', '"07"', '""', '"seven"', ''])(
    'is refused as %p',
    (header) => {
      expect(() => expectedRevisionFrom(header)).toThrow('If-Match must be');
    },
  );
});

describe('Idempotency-Key', () => {
  const key = '0b7c6a2e-8f0b-4b8e-9a2d-6f1f6f0f7a11';
  const route = 'POST /api/v1/programmes';

  it('used again on another route names another command', () => {
    expect(commandIdFrom(key, amina, `${route}/ipswich/participations`)).not.toBe(
      commandIdFrom(key, amina, route),
    );
  });

  it('names the same command for the same person however the UUID is written', () => {
    expect(commandIdFrom(key.toUpperCase(), amina, route)).toBe(commandIdFrom(key, amina, route));
  });

  it('never clashes with another person’s', () => {
    expect(commandIdFrom(key, { ...amina, subject: 'ben' }, route)).not.toBe(
      commandIdFrom(key, amina, route),
    );
    expect(commandIdFrom(key, amina, route)).not.toBe(key);
  });

  it('is new for each command without one', () => {
    expect(commandIdFrom(undefined, amina, route)).not.toBe(commandIdFrom(undefined, amina, route));
  });

  it.each(['', 'abc', '1', `${key}0`])('is refused as %p', (header) => {
    expect(() => commandIdFrom(header, amina, route)).toThrow('Idempotency-Key must be a UUID');
  });
});

class Action {
  @IsInt() @Min(0) @Max(100) costPence!: number;
}
class Invitation {
  @IsOptional() @IsString() answerBy?: string;
}
class Plan {
  @IsString() name!: string;
  @IsArray() @ValidateNested({ each: true }) @Type(() => Action) actions!: Action[];
}

describe('validation', () => {
  const metadata: ArgumentMetadata = { type: 'body', metatype: Plan };
  const refused = async (body: unknown, to = metadata): Promise<HttpProblem> => {
    const error: unknown = await validationPipe()
      .transform(body, to)
      .then(
        () => undefined,
        (reason: unknown) => reason,
      );
    expect(error).toBeInstanceOf(HttpProblem);
    return error as HttpProblem;
  };

  it('lets a right body through unchanged', async () => {
    const body = { name: 'x', actions: [{ costPence: 5 }] };
    expect(await validationPipe().transform(body, metadata)).toEqual(body);
  });

  it('names the whole path of each field and its rule', async () => {
    const problem = await refused({ name: 'x', actions: [{ costPence: 5 }, { costPence: 1.5 }] });
    expect(problem.details).toMatchObject({
      field: 'actions[1].costPence',
      errors: [{ field: 'actions[1].costPence', rule: 'isInt' }],
    });
    expect(problem.message).toContain('actions[1].costPence must be an integer number');
  });

  it('refuses a field that is not declared, at any depth', async () => {
    const problem = await refused({ name: 'x', actions: [{ costPence: 5, actor: 'root' }] });
    expect(problem.message).toBe('actions[0].actor is not a field of this request');
  });

  it.each([null, undefined, 'text', 7, []])('refuses a body that is %p', async (body) => {
    const problem = await refused(body);
    expect(problem.status).toBe(400);
    expect(problem.message).not.toBe('');
  });

  const anyFields: ArgumentMetadata = { type: 'body', metatype: Invitation };
  it.each([null, 'text', 7, true, [], Buffer.from('a,b')])(
    'refuses a body that is %p also where no field must be there',
    async (body) => {
      const problem = await refused(body, anyFields);
      expect(problem).toMatchObject({ status: 400, code: 'REQUEST.INVALID' });
      expect(problem.message).toBe('the body must be a JSON object');
    },
  );

  it('takes no body for one without fields where none must be there', async () => {
    expect(await validationPipe().transform(undefined, anyFields)).toEqual({});
  });
});

describe('outcomes', () => {
  const outcome = { stream: 's-1', revision: 3n, position: 9_007_199_254_740_993n, events: [] };

  it('write revisions and positions as decimal strings', () => {
    expect(isOutcome(outcome)).toBe(true);
    expect(outcomeAnswer(outcome)).toEqual({
      stream: 's-1',
      revision: '3',
      position: '9007199254740993',
      events: [],
    });
    expect(toJson({ at: 9_007_199_254_740_993n })).toBe('{"at":"9007199254740993"}');
  });

  it.each([null, undefined, 'x', {}, { ...outcome, revision: '3' }])('are not mistaken in %p', (value) => {
    expect(isOutcome(value)).toBe(false);
  });
});

describe('waiting', () => {
  it('is for a position, and only if one is asked for', async () => {
    const asked: unknown[] = [];
    const models = {
      upTo: async (projection: string, position: bigint) => void asked.push([projection, position]),
    };
    await waitFor(models, 'ledger', undefined);
    await waitFor(models, 'ledger', '42');
    expect(asked).toEqual([['ledger', 42n]]);
  });

  it.each(['', '-1', '1.5', 'x', '1'.repeat(20)])('refuses the position %p', (text) => {
    expect(() => positionFrom(text)).toThrow('atLeast must be');
  });
});
