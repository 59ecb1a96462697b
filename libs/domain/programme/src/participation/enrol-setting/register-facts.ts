import { entryOn, setting } from '#domain/settings';
import { factOf, isUrn, type Fact } from '#kernel';
import type { CommandContext, Decisions } from '#platform/event-store';
import { programme } from '../../programme/programme.js';
import type { ProgrammeFact, SettingFact } from '../invitation.js';

/**
 * What the register had on the day: a command told late rests on what it said then.
 * @returns `null` if the register has no such setting
 */
export async function settingOn(
  decisions: Decisions,
  urn: string,
  { occurredAt }: Pick<CommandContext, 'occurredAt'>,
): Promise<SettingFact | null> {
  if (!isUrn(urn)) return null;
  const { history } = await decisions.load(setting, urn);
  const entry = entryOn(history, occurredAt ?? decisions.now());
  return entry === undefined ? null : { ...factOf(entry), name: entry.data.name, status: entry.data.status };
}

/** @returns the creation of a programme, and whether it is closed; `null` if there is none */
export async function openingOf(decisions: Decisions, programmeId: string): Promise<ProgrammeFact | null> {
  const { state } = await decisions.load(programme, programmeId);
  return state.status === 'none' ? null : { ...state.creation, closed: state.closed };
}

/** @returns the creation of a programme with its last day; `null` if there is none */
export async function creationOf(
  decisions: Decisions,
  programmeId: string,
): Promise<(Fact & { readonly endsOn: string }) | null> {
  const { state } = await decisions.load(programme, programmeId);
  return state.status === 'none' ? null : { ...state.creation, endsOn: state.terms.endsOn };
}
