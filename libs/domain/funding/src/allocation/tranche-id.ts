import { isUrn, participationId, refusal, RefusalError } from '#kernel';

/** More tranches than two digits can count are no schedule. */
const NUMBER = /^[1-9]\d?$/;

/** @throws RefusalError `TRANCHE.NUMBER` */
export function trancheNumber(text: string): number {
  if (NUMBER.test(text)) return Number(text);
  throw new RefusalError(
    refusal('TRANCHE.NUMBER', 'invalid', 'the number of a tranche is a whole number from 1 to 99', {
      field: 'number',
    }),
  );
}

/** What a tranche is called: `<programme>.<urn>.<number>`. */
export function trancheId(programmeId: string, urn: string, number: number): string {
  return `${participationId(programmeId, urn)}.${number}`;
}

/** @throws RefusalError `TRANCHE.UNKNOWN` for what is no tranche's id */
export function parseTrancheId(id: string): { programmeId: string; urn: string; number: number } {
  const [programmeId = '', urn = '', number = '', ...rest] = id.split('.');
  if (programmeId !== '' && isUrn(urn) && NUMBER.test(number) && rest.length === 0) {
    return { programmeId, urn, number: Number(number) };
  }
  throw unknownTranche(id);
}

export function unknownTranche(id: string): RefusalError {
  const shown = id.slice(0, 100);
  return new RefusalError(
    refusal(
      'TRANCHE.UNKNOWN',
      'not-found',
      `there is no tranche '${shown}': an id is <programme>.<urn>.<number>, as \`tranches\` lists them`,
      { trancheId: shown },
    ),
  );
}
