/** The `Records`. */
export const RECORDS = Symbol('Records');
