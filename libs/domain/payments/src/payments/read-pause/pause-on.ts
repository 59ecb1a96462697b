import { noSuchProgramme, programme, standstillAt, type Pause } from '#domain/programme';
import type { CommandContext, Decisions } from '#platform/event-store';

/**
 * The pause of a programme on the day of a command; `null`: it goes on.
 * @throws RefusalError `PROGRAMME.NOT_FOUND`
 */
export async function pauseOn(
  decisions: Decisions,
  programmeId: string,
  { occurredAt }: Pick<CommandContext, 'occurredAt'>,
): Promise<Pause | null> {
  const { state } = await decisions.load(programme, programmeId);
  if (state.status === 'none') throw noSuchProgramme(programmeId);
  return standstillAt(state, occurredAt ?? decisions.now()) ?? null;
}
