import type { Instant } from '#kernel';
import { HandlesJob, type JobHandler } from '#platform/jobs';
import { Outbox } from '#platform/outbox';
import { ReadModels } from '#platform/read-store';
import { Injectable, Logger } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { Type } from 'typebox';
import { payloadAs } from '../../../policies/caused-by.js';
import { CheckLedger, type FoundBreach, type LedgerCheck } from '../check-ledger.query.js';
import { ledgerCheck } from '../ledger-check.projection.js';

export const ALERT_BREACHES = 'alert-ledger-breaches';
const Payload = Type.Object({ programmeId: Type.String() });

/** Puts every breach of the ledger's identities into the outbox, once, and into the log as an error. */
@Injectable()
@HandlesJob(ALERT_BREACHES)
export class AlertBreaches implements JobHandler {
  private readonly logger = new Logger(AlertBreaches.name);

  constructor(
    private readonly models: ReadModels,
    private readonly queries: QueryBus,
    private readonly outbox: Outbox,
  ) {}

  async run(job: { readonly payload: unknown }): Promise<void> {
    const { programmeId } = payloadAs(Payload, job.payload);
    await this.models.upToHead(ledgerCheck);
    const { breaches, checkedAt } = await this.queries.execute<CheckLedger, LedgerCheck>(
      new CheckLedger({ programmeId }),
    );
    for (const breach of breaches) await this.alert(programmeId, breach, checkedAt);
  }

  private async alert(programmeId: string, breach: FoundBreach, found: Instant): Promise<void> {
    const { id, identity, eventId } = breach;
    const file = `ledger-breach.${id}.${identity}`;
    if ((await this.outbox.find(file)) !== undefined) return;
    this.logger.error(`the ledger of ${id} broke '${identity}' with event ${eventId}: ${breach.stood}`);
    await this.outbox.deliver(file, {
      ...{ to: `programme:${programmeId}`, subject: `The ledger of ${id} does not add up` },
      body: alertBody(breach, found),
      ...breach,
    });
  }
}

function alertBody(
  { id, says, stood, type, eventId, stream, revision }: FoundBreach,
  found: Instant,
): string {
  return [
    `After event ${eventId} (${type}, ${stream} revision ${revision}) the money of ${id} stood at: ${stood}.`,
    `What must hold is: ${says}. It was found at ${found}.`,
    'Nothing has been changed or stopped. Hold releases of this programme until it is understood.',
  ].join('\n');
}
