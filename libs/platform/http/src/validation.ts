import type { JsonObject } from '#kernel';
import { ValidationPipe, type ArgumentMetadata, type ValidationError } from '@nestjs/common';
import { HttpProblem } from './problem.js';

/** One broken rule of one field: `plan.actions[2].costPence`. */
export interface FieldError extends JsonObject {
  readonly field: string;
  readonly rule: string;
  readonly message: string;
}

const MOST_ERRORS = 50;

/** Flattens class-validator's tree to a list, each with the whole path of its field. */
export function fieldErrors(errors: readonly ValidationError[], parent = ''): FieldError[] {
  return errors.flatMap((error) => {
    const step = /^\d+$/.test(error.property) ? `[${error.property}]` : error.property;
    const field = parent === '' || step.startsWith('[') ? parent + step : `${parent}.${step}`;
    const own = Object.entries(error.constraints ?? {}).map(([rule, message]) => ({
      field,
      rule,
      // class-validator begins most messages with the bare property name; say the whole path instead.
      message:
        rule === 'whitelistValidation'
          ? `${field} is not a field of this request`
          : named(message, error, field),
    }));
    return [...own, ...fieldErrors(error.children ?? [], field)];
  });
}

function named(message: string, error: ValidationError, field: string): string {
  if (message.startsWith(`${error.property} `)) return field + message.slice(error.property.length);
  return message.includes(error.property) ? message : `${field}: ${message}`;
}

/** Nest's own takes `null`, or no body at all, for `{}` while it looks, and then hands on what was sent. */
class BodyIsAnObject extends ValidationPipe {
  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type !== 'body' || !this.toValidate(metadata)) return super.transform(value, metadata);
    const body = value === undefined ? {} : value;
    if (!isJsonObject(body)) return Promise.reject(notThese([]));
    return super.transform(body, metadata);
  }
}

function isJsonObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value);
}

function notThese(errors: readonly FieldError[]): HttpProblem {
  const detail =
    errors.length === 0 ? 'the body must be a JSON object' : errors.map((error) => error.message).join('; ');
  return new HttpProblem(400, 'REQUEST.INVALID', detail, {
    ...(errors[0] === undefined ? {} : { field: errors[0].field }),
    errors,
  });
}

/**
 * Refuses a body that is no JSON object, and what a DTO does not declare, naming every field and the rule it breaks.
 * No body is one without fields; nothing else is changed.
 */
export function validationPipe(): ValidationPipe {
  return new BodyIsAnObject({
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    transform: false,
    stopAtFirstError: false,
    exceptionFactory: (found) => notThese(fieldErrors(found).slice(0, MOST_ERRORS)),
  });
}
