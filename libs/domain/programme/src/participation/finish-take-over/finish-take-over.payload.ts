import { Type, type Static } from 'typebox';

export const FINISH_TAKE_OVER = 'finish-take-over';

export const FinishTakeOverPayload = Type.Object({
  programmeId: Type.String(),
  /** Whose part was handed over. */
  urn: Type.String(),
  /** The event that handed it over. */
  eventId: Type.String(),
});
export type FinishTakeOverPayload = Static<typeof FinishTakeOverPayload>;
