const CARRIED_OVER = /^carried-over\.(\d{5,6})$/;

/**
 * What an allocation was not drawn is kept for its successor under a name of its own, such as `carried-over.124570`: by the
 * setting that did not draw it, whose allocation is closed once.
 */
export function carriedOverReservationId(fromUrn: string): string {
  return `carried-over.${fromUrn}`;
}

/** Which setting did not draw what a reservation keeps; `undefined` if it was made for an offer or a round. */
export function carriedOverFrom(reservationId: string): string | undefined {
  return CARRIED_OVER.exec(reservationId)?.[1];
}
