export const JOB_STORE = Symbol('JobStore');
