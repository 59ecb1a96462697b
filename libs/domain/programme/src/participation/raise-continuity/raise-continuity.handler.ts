import { closureOf, setting } from '#domain/settings';
import { derivedId, factOf, later, participationId } from '#kernel';
import { Decisions, type CommandContext } from '#platform/event-store';
import { ReadModels } from '#platform/read-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { isClosed, programme } from '../../programme/programme.js';
import { participationsProjection } from '../../read-models/participations/participations.projection.js';
import type { RaiseContinuityCommand } from '../continuity.js';
import { participation } from '../participation.js';

/**
 * Raises on each running part of a setting what the register says about it now: whatever asks for it, however often and
 * however late, each entry of the register is raised once.
 */
export class RaiseContinuity {
  constructor(
    readonly input: { readonly urn: string; readonly programmeId: string | null },
    readonly context: Pick<CommandContext, 'actor' | 'correlationId' | 'causationId'>,
  ) {}
}

type Cause = Omit<RaiseContinuityCommand['data'], 'programmeId' | 'urn'>;
const A_PAGE = 100;

@CommandHandler(RaiseContinuity)
export class RaiseContinuityHandler implements ICommandHandler<RaiseContinuity, void> {
  constructor(
    private readonly decisions: Decisions,
    private readonly models: ReadModels,
  ) {}

  async execute({ input: { urn, programmeId }, context }: RaiseContinuity): Promise<void> {
    const causes = await this.causesOf(urn);
    if (causes.length === 0) return;
    const programmes = programmeId === null ? await this.programmesOf(urn) : [programmeId];
    for (const one of programmes) {
      for (const cause of causes) await this.raise({ programmeId: one, urn, ...cause }, context);
    }
  }

  private async causesOf(urn: string): Promise<readonly Cause[]> {
    const { history, state } = await this.decisions.load(setting, urn);
    if (state.status === 'unregistered') return [];
    const successors = (state.successors?.successors ?? []).map((one) => one.urn);
    const { closeDate: closedOn } = state.details;
    const closure = closureOf(history);
    return [
      ...(closure === undefined
        ? []
        : [{ because: 'closed' as const, closedOn, successors, cause: factOf(closure) }]),
      ...(state.successors === null
        ? []
        : [{ because: 'successor-named' as const, closedOn, successors, cause: state.successors.fact }]),
    ];
  }

  /**
   * The read model only says where to look: each participation decides by its own stream. One that is enrolled while this
   * is looked up is looked at by the job of its own enrolment.
   */
  private async programmesOf(urn: string): Promise<readonly string[]> {
    await this.models.upToHead(participationsProjection);
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.models.collection(participationsProjection).find({
        where: { urn },
        sort: [{ field: 'programmeId', direction: 'ascending' }],
        limit: A_PAGE,
        ...(cursor === undefined ? {} : { cursor }),
      });
      found.push(...page.documents.map(({ programmeId }) => programmeId));
      cursor = page.cursor;
    } while (cursor !== undefined);
    return found;
  }

  private async raise(
    data: RaiseContinuityCommand['data'],
    context: RaiseContinuity['context'],
  ): Promise<void> {
    const id = participationId(data.programmeId, data.urn);
    const { state } = await this.decisions.load(participation, id);
    if (state.status !== 'enrolled') return;
    // Nothing of a programme that is closed runs any more.
    const { state: of } = await this.decisions.load(programme, data.programmeId);
    if (isClosed(of)) return;
    const { event, occurredAt } = data.cause;
    await this.decisions.execute(
      participation,
      id,
      { type: 'RaiseContinuity', data },
      {
        ...context,
        commandId: derivedId('raise-continuity', id, event.eventId),
        // What the register said before the enrolment counts from the enrolment on.
        occurredAt: later(occurredAt, state.enrolment.occurredAt),
      },
    );
  }
}
