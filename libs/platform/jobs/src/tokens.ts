/** The {@link JobStore}. */
export const JOB_STORE = Symbol('JobStore');
/** `readonly Policy[]`: all of the program's. */
export const POLICIES = Symbol('Policies');
/** `readonly Schedule[]`; optional, none if not provided. */
export const SCHEDULES = Symbol('Schedules');
/** {@link JobWorkerOptions}; optional. */
export const JOB_WORKER_OPTIONS = Symbol('JobWorkerOptions');
