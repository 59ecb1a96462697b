// BullMQ ships its scripts as CommonJS without types beside them.
declare module 'bullmq/dist/cjs/scripts/addDelayedJob-6.js' {
  export const addDelayedJob: { readonly name: string; readonly content: string };
}
declare module 'bullmq/dist/cjs/scripts/moveToActive-11.js' {
  export const moveToActive: { readonly name: string; readonly content: string };
}
declare module 'bullmq/dist/cjs/scripts/moveToDelayed-11.js' {
  export const moveToDelayed: { readonly name: string; readonly content: string };
}
declare module 'bullmq/dist/cjs/scripts/moveToFinished-14.js' {
  export const moveToFinished: { readonly name: string; readonly content: string };
}
