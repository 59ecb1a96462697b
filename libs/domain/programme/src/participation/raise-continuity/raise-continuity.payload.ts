import { Type, type Static } from 'typebox';

export const RAISE_CONTINUITY = 'raise-continuity';

export const RaiseContinuityPayload = Type.Object({
  urn: Type.String(),
  /** Only this one; `null`: every programme that the setting has a part in. */
  programmeId: Type.Union([Type.String(), Type.Null()]),
  cause: Type.Object({ eventId: Type.String(), correlationId: Type.String() }),
});
export type RaiseContinuityPayload = Static<typeof RaiseContinuityPayload>;
