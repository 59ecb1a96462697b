import { participationId, RefusalError, refuseShape } from '#kernel';
import { Decisions } from '#platform/event-store';
import { HandlesJob, type JobHandler } from '#platform/jobs';
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { partHandedOver } from '../participation.events.js';
import { participation } from '../participation.js';
import { TakeOverPart } from '../take-over-part/take-over-part.handler.js';
import { FINISH_TAKE_OVER, FinishTakeOverPayload } from './finish-take-over.payload.js';

/** Whoever was to take it over has left meanwhile, which is on the board's list; or the programme is closed, and nothing waits. */
const OVER: ReadonlySet<string> = new Set(['PARTICIPATION.ENDED', 'PROGRAMME.CLOSED']);

/**
 * Sends once more the command of whoever began to let a part be taken over and was broken off: theirs, by its own id, so that it
 * is done once however often it is asked for.
 */
@Injectable()
@HandlesJob(FINISH_TAKE_OVER)
export class FinishTakeOverJob implements JobHandler {
  constructor(
    private readonly decisions: Decisions,
    private readonly commands: CommandBus,
  ) {}

  async run({ payload }: { readonly payload: unknown }): Promise<void> {
    const malformed = refuseShape('JOB.MALFORMED', FinishTakeOverPayload, payload);
    if (malformed !== undefined) throw new RefusalError(malformed);
    const { programmeId, urn: fromUrn, eventId } = payload as FinishTakeOverPayload;
    const { state, history } = await this.decisions.load(
      participation,
      participationId(programmeId, fromUrn),
    );
    const begun = history.find(({ id }) => id === eventId);
    const stands = 'handedOver' in state && state.handedOver?.fact.event.eventId === eventId;
    if (!stands || begun?.type !== partHandedOver.type) return;
    // The first step names their command as what caused it.
    const { actor, causationId: commandId, correlationId, occurredAt } = begun.metadata;
    const context = { actor, commandId, correlationId, causationId: eventId, occurredAt };
    try {
      await this.commands.execute(new TakeOverPart({ programmeId, urn: begun.data.toUrn, fromUrn }, context));
    } catch (error) {
      if (!(error instanceof RefusalError) || !OVER.has(error.code)) throw error;
    }
  }
}
