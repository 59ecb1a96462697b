import type { NewJob } from '#platform/jobs';
import type { KeptBulk } from '../keep-bulk/kept-bulk.js';

export const CARRY_OUT_BULK = 'carry-out-bulk';

/** Whatever takes longer than a job may is handed on from one to the next. */
export function bulkJobId(token: string, slice: number): string {
  return `bulk.${token.toLowerCase()}.${slice}`;
}

export function bulkJob({ programmeId, keptUntil }: KeptBulk, token: string, slice: number): NewJob {
  const payload = { programmeId, token: token.toLowerCase() };
  return { id: bulkJobId(token, slice), kind: CARRY_OUT_BULK, payload, notAfter: keptUntil };
}
