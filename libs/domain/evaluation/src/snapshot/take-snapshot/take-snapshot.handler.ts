import { programme } from '#domain/programme';
import { derivedId, refusal, RefusalError } from '#kernel';
import {
  CodecError,
  Decisions,
  EVENT_STORE,
  EventCodec,
  type CommandContext,
  type EventStore,
  type Outcome,
} from '#platform/event-store';
import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { foldHistory } from '../fold-history.js';
import { snapshot, type TakeSnapshotCommand } from '../snapshot.js';

/** Measures a programme by everything recorded until now and freezes the result; the event carries the whole of it. */
export class TakeSnapshot {
  constructor(
    readonly input: { readonly programmeId: string },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(TakeSnapshot)
export class TakeSnapshotHandler implements ICommandHandler<TakeSnapshot, Outcome> {
  constructor(
    private readonly decisions: Decisions,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    private readonly codec: EventCodec,
  ) {}

  /** @throws RefusalError `PROGRAMME.NOT_FOUND`, `TIME.BEFORE_ITS_FACTS` */
  async execute({ input: { programmeId }, context }: TakeSnapshot): Promise<Outcome> {
    if ((await this.decisions.load(programme, programmeId)).history.length === 0) {
      throw new RefusalError(
        refusal('PROGRAMME.NOT_FOUND', 'not-found', `there is no programme '${programmeId}'`, {
          field: 'programmeId',
          value: programmeId,
        }),
      );
    }
    const id = derivedId('snapshot', programmeId, context.commandId);
    const data = await this.measure(id, programmeId);
    return this.decisions.execute(snapshot, id, { type: 'TakeSnapshot', data }, context);
  }

  /** A command sent again finds its own snapshot in the stream before what is measured here is looked at. */
  private async measure(snapshotId: string, programmeId: string): Promise<TakeSnapshotCommand['data']> {
    const { measures, unreadable, ...folded } = await foldHistory(this.store, this.codec, programmeId);
    if (measures === null) throw new CodecError(unreadable);
    const { cut, hash, historyHash, latestOccurredAt } = folded;
    return { snapshotId, programmeId, cut, hash, historyHash, measures, latestOccurredAt };
  }
}
