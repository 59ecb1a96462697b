import { participationId } from '#kernel';
import { Decisions } from '#platform/event-store';
import { waitFor } from '#platform/http';
import { ReadModels } from '#platform/read-store';
import { Inject, Injectable } from '@nestjs/common';
import { isEnded } from '../../participation/participation-state.js';
import { programme } from '../../programme/programme.js';
import { withLastDay } from '../../programme/service-standards.js';
import { NOBODYS_TURN, type Turn } from '../../turn.js';
import { doneWith, MONEY_OPEN, type MoneyOpen } from './money-open.js';
import { participationsProjection } from './participations.projection.js';

/** What of one setting's part, such as its plan or an audit, is shown by itself. */
type OfOnePart = Turn & { readonly programmeId: string; readonly urn: string };

/** Shows whose turn it is today on what belongs to a setting's part. */
@Injectable()
export class PartToday {
  constructor(
    private readonly models: ReadModels,
    private readonly decisions: Decisions,
    @Inject(MONEY_OPEN) private readonly money: MoneyOpen,
  ) {}

  /**
   * With the last day for it; and nobody's once the part has ended, or nothing goes on with it any more.
   * @param atLeast a position that the answer must have seen
   */
  async inTurn<T extends OfOnePart>(shown: T, atLeast?: string): Promise<T> {
    await waitFor(this.models, participationsProjection, atLeast);
    const { programmeId, urn } = shown;
    const { state } = await this.decisions.load(programme, programmeId);
    const part = await this.models
      .collection(participationsProjection)
      .get(participationId(programmeId, urn));
    const isDone = await doneWith(state, this.decisions.now(), this.money, atLeast);
    const isOver = part !== undefined && (isEnded(part.part) || isDone(part));
    return isOver ? { ...shown, ...NOBODYS_TURN } : withLastDay(shown, state);
  }
}
