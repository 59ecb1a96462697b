/** Injection token of the process's `Configuration`. */
export const CONFIGURATION = Symbol('Configuration');
/** Injection token of the `DataPaths` of its data folder, such as where the outbox is. */
export const DATA_PATHS = Symbol('DataPaths');
