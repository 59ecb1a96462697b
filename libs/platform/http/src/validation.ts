import type { JsonObject } from '#kernel';
import { ValidationPipe, type ValidationError } from '@nestjs/common';
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

/** Refuses what a DTO does not declare, naming every field and the rule it breaks. Changes no value. */
export function validationPipe(): ValidationPipe {
  return new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    transform: false,
    stopAtFirstError: false,
    exceptionFactory: (found) => {
      const errors = fieldErrors(found).slice(0, MOST_ERRORS);
      const detail =
        errors.length === 0
          ? 'the body must be a JSON object'
          : errors.map((error) => error.message).join('; ');
      return new HttpProblem(400, 'REQUEST.INVALID', detail, {
        ...(errors[0] === undefined ? {} : { field: errors[0].field }),
        errors,
      });
    },
  });
}
