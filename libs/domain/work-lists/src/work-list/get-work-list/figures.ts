import type { Around } from '#domain/funding';
import { turnOf, type ParticipationDocument } from '#domain/programme';
import { settingsProjection, type SettingDocument } from '#domain/settings';
import type { Instant } from '#kernel';
import { documentsOf, type ReadModels } from '#platform/read-store';
import type { Waiting } from '../work-item.js';

/** How many teachers the settings have that take part: known, unknown, or entered and not verified. */
export class Figures {
  private constructor(private readonly settings: ReadonlyMap<string, SettingDocument>) {}

  static async of(models: ReadModels, { participations }: Around): Promise<Figures> {
    const urns = participations.filter(({ status }) => status === 'enrolled').map(({ urn }) => urn);
    return new Figures(await documentsOf(models.collection(settingsProjection), urns));
  }

  of(urn: string): SettingDocument | undefined {
    return this.settings.get(urn);
  }

  /** The figure that money may rest on. */
  knownOf(urn: string): { readonly fte: string; readonly occurredAt: Instant } | undefined {
    const { fte = null, occurredAt } = this.settings.get(urn)?.figure ?? {};
    return fte === null || occurredAt === undefined ? undefined : { fte, occurredAt };
  }
}

/**
 * A figure that is entered waits for a second person, also one that corrects another; without any, nothing can be offered.
 * @param isNeeded whether money is to be worked out by it
 */
export function figureWaiting(
  { urn, enrolledAt, part }: ParticipationDocument,
  figures: Figures,
  isNeeded: boolean,
): readonly Waiting[] {
  if (part.status !== 'enrolled' || enrolledAt === null) return [];
  const setting = figures.of(urn);
  const of = { kind: 'setting', id: urn, urn } as const;
  const evidence = setting?.fteEvidence ?? null;
  if (evidence?.status === 'entered') {
    const { enteredBy, enteredAt, fte } = evidence;
    const says = `verify or reject the ${fte} teachers that ${enteredBy} entered, being somebody else`;
    return [{ ...turnOf('verify-fte', says, enteredAt), ...of }];
  }
  if (!isNeeded || figures.knownOf(urn) !== undefined) return [];
  const withheld = setting?.fteSuppressedAs ?? null;
  const why =
    evidence?.status === 'rejected'
      ? ` (what was entered was rejected: ${evidence.reason})`
      : withheld === null
        ? ''
        : ` (the census has '${withheld}')`;
  const times = [evidence?.lookedAt, setting?.figure?.occurredAt].filter((at) => at !== undefined);
  const since = times.reduce<string>((last, at) => (at !== null && at > last ? at : last), enrolledAt);
  return [{ ...turnOf('enter-fte', `enter how many teachers it has${why}`, since), ...of }];
}
