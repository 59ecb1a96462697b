import { HttpProblem } from '#platform/http';

/** @throws HttpProblem 415: a file is sent as `text/csv`, as it is */
export function csvBody(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body;
  throw new HttpProblem(
    415,
    'REQUEST.MEDIA_TYPE',
    'the body must be the CSV file itself, sent with Content-Type: text/csv',
  );
}
