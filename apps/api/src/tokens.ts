/** Injection token: the names of all collections, for those who rebuild one by name. */
export const COLLECTION_NAMES = Symbol('CollectionNames');
