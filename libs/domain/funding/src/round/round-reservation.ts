const OF_ROUND = /^round-([1-9]\d{0,5})\.(\d{5,6})$/;

/**
 * A round sets the money for all its offers aside in one event, so that the reservation behind one of them needs no
 * event of its own: it is named by the round and the setting, such as `round-1.124570`.
 */
export function roundReservationId(round: number, urn: string): string {
  return `round-${round}.${urn}`;
}

/** Whose part of which round a reservation is; `undefined` if it was made for one offer alone. */
export function partOfRound(
  reservationId: string,
): { readonly round: number; readonly urn: string } | undefined {
  const [, round, urn] = OF_ROUND.exec(reservationId) ?? [];
  return round === undefined || urn === undefined ? undefined : { round: Number(round), urn };
}
