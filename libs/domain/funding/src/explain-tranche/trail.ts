import { auditEvents } from '#domain/audits';
import { planEvents } from '#domain/plans';
import { participationEvents, programmeEvents } from '#domain/programme';
import { reportEvents } from '#domain/reporting';
import { settingEvents } from '#domain/settings';
import { formatPence, type EventOf, type EventReference, type RecordedEvent } from '#kernel';
import { Injectable } from '@nestjs/common';
import { allocationEvents } from '../allocation/allocation.events.js';
import { conditionInWords } from '../allocation/conditions.js';
import { fundEvents } from '../fund/fund.events.js';
import { EvidenceReader } from './evidence-reader.js';
import { explained, type Explanation } from './explanation.js';

const trailEvents = [
  ...programmeEvents,
  ...participationEvents,
  ...settingEvents,
  ...auditEvents,
  ...planEvents,
  ...reportEvents,
  ...fundEvents,
  ...allocationEvents,
] as const;
type TrailEvent = RecordedEvent<EventOf<(typeof trailEvents)[number]>>;
type Named<T extends TrailEvent['type']> = Extract<TrailEvent, { readonly type: T }>;

/** What an event says in the explanation, and what it rests on. */
interface Step {
  readonly says: string;
  readonly because: readonly Explanation[];
}

/** Follows what each event rests on, by the references that events hold and the order of their streams. */
@Injectable()
export class Trail {
  constructor(private readonly evidence: EvidenceReader) {}

  /** The explanation of the event that is named; of one that is not there, that it is not. */
  async follow(reference: EventReference): Promise<Explanation> {
    const history = await this.evidence.upTo(reference);
    const named = history?.at(-1);
    if (history === undefined || named === undefined) {
      const { type, eventId, stream, revision } = reference;
      return {
        says: `MISSING: the event ${eventId} (${type}) that this rests on is not at revision ${revision} of ${stream}.`,
        because: [],
      };
    }
    return this.explain(named as TrailEvent, history as readonly TrailEvent[]);
  }

  private async explain(event: TrailEvent, history: readonly TrailEvent[]): Promise<Explanation> {
    const { says, because } = await this.step(event, history);
    const source = 'source' in event.data ? event.data.source : undefined;
    return explained(event, says, because, source);
  }

  /** The last event of one type before another in the same stream, explained. */
  private async before<T extends TrailEvent['type']>(
    event: TrailEvent,
    history: readonly TrailEvent[],
    type: T,
    holds: (candidate: Named<T>) => boolean = () => true,
  ): Promise<readonly Explanation[]> {
    const earlier = history.findLast(
      (one) => one.type === type && one.revision < event.revision && holds(one as Named<T>),
    );
    return earlier === undefined ? [] : [await this.explain(earlier, history)];
  }

  private async all(...references: readonly EventReference[]): Promise<readonly Explanation[]> {
    return Promise.all(references.map((reference) => this.follow(reference)));
  }

  private async step(event: TrailEvent, history: readonly TrailEvent[]): Promise<Step> {
    switch (event.type) {
      case 'ConditionMet':
        return {
          says: `The condition that ${conditionInWords(event.data.condition)} was recorded as met`,
          because: await this.all(event.data.evidence),
        };
      case 'OfferAccepted':
        return {
          says: `The offer of ${formatPence(event.data.amountPence)} was accepted`,
          because: await this.before(event, history, 'AllocationOffered'),
        };
      case 'AllocationOffered':
        return this.offer(event);
      case 'FundsReserved':
        return {
          says: `${formatPence(event.data.amountPence)} was set aside in the fund`,
          because: await this.before(event, history, 'FundOpened'),
        };
      case 'CommitmentConfirmed':
        return {
          says: `The fund committed ${formatPence(event.data.amountPence)}`,
          because: [],
        };
      case 'FundOpened':
        return { says: `The fund was opened with ${formatPence(event.data.budgetPence)}`, because: [] };
      case 'ProgrammeCreated':
        return { says: programmeSays(event), because: [] };
      case 'SettingEnrolled':
        return {
          says: `${event.data.settingName} (${event.data.urn}) was enrolled in the programme`,
          because: await this.all(event.data.setting),
        };
      case 'WorkforceFigureRecorded':
      case 'SettingRegistered':
      case 'SettingDetailsChanged':
        return this.register(event, history);
      default:
        return this.paperwork(event, history);
    }
  }

  private async offer({ data, stream }: Named<'AllocationOffered'>): Promise<Step> {
    const { policy, fte, unclampedPence, amountPence, urn, settingName } = data;
    const limits = `not below ${formatPence(policy.floorPence)} nor above ${formatPence(policy.capPence)}`;
    const parts = data.tranches.map((tranche) => formatPence(tranche.amountPence)).join(' + ');
    const { programmeId, reservationId } = data;
    const funds = (await this.evidence.stream(`fund-${programmeId}`)) as readonly TrailEvent[];
    const ofThis = funds.filter(
      (event): event is Named<'FundsReserved'> | Named<'CommitmentConfirmed'> =>
        (event.type === 'FundsReserved' || event.type === 'CommitmentConfirmed') &&
        event.data.reservationId === reservationId,
    );
    const enrolment = await this.evidence.stream(stream.replace('allocation-', 'participation-'));
    const enrolled = enrolment.find((event) => event.type === 'SettingEnrolled');
    return {
      says:
        `${settingName} (${urn}) was offered ${formatPence(amountPence)} (${parts}): ${fte} full-time equivalent teachers ` +
        `at ${formatPence(policy.ratePencePerFte)} each come to ${formatPence(unclampedPence)}; by version ${policy.version} of the policy, ${limits}`,
      because: [
        ...(await this.all(data.programme, data.figure)),
        ...(enrolled === undefined ? [] : [await this.explain(enrolled as TrailEvent, [])]),
        ...(await Promise.all(ofThis.map((event) => this.explain(event, funds)))),
      ],
    };
  }

  /** What was read in a file: the setting's entry, and the figures that came with later files. */
  private async register(
    event: Named<'WorkforceFigureRecorded' | 'SettingRegistered' | 'SettingDetailsChanged'>,
    history: readonly TrailEvent[],
  ): Promise<Step> {
    const { data, type } = event;
    const { file, row } = data.source;
    if (type === 'WorkforceFigureRecorded') {
      const figure = data.fte === null ? 'no known number of' : `${data.fte} full-time equivalent (FTE)`;
      return {
        says: `The workforce figure of setting ${data.urn} was recorded as ${figure} teachers, from row ${row} of ${file}`,
        because: await this.before(event, history, 'SettingRegistered'),
      };
    }
    const what = type === 'SettingRegistered' ? 'was registered' : 'was described anew';
    return {
      says: `${event.data.name} (${data.urn}) ${what} as '${event.data.status}', from row ${row} of ${file}`,
      because: [],
    };
  }

  /** Audits, plans and reports. */
  private async paperwork(event: TrailEvent, history: readonly TrailEvent[]): Promise<Step> {
    switch (event.type) {
      case 'ProgressReportAccepted':
        return {
          says: `Progress report ${event.data.window} was accepted`,
          because: await this.before(event, history, 'ProgressReportSubmitted'),
        };
      case 'ProgressReportSubmitted':
        return {
          says: `Progress report ${event.data.window} was submitted, on the approved plan`,
          because: await this.all(event.data.plan),
        };
      case 'ActionPlanApproved': {
        const { version } = event.data;
        const ofVersion = (submitted: Named<'ActionPlanSubmitted'>) => submitted.data.version === version;
        return {
          says: `Version ${version} of the action plan was approved`,
          because: await this.before(event, history, 'ActionPlanSubmitted', ofVersion),
        };
      }
      case 'ActionPlanSubmitted':
        return {
          says: `Version ${event.data.version} of the action plan was submitted: ${event.data.actions.length} actions costing ${formatPence(event.data.totalPence)}`,
          because: await this.all(event.data.audit),
        };
      case 'AuditCompleted':
        return {
          says: `Audit ${event.data.cycle} of the setting's professional development was completed, with ${event.data.needs.length} needs`,
          because: await this.before(event, history, 'AuditStarted'),
        };
      case 'AuditStarted':
        return { says: `Audit ${event.data.cycle} of the setting was started`, because: [] };
      default:
        return { says: event.type, because: [] };
    }
  }
}

function programmeSays({ data: { name, area, budgetPence, policy } }: Named<'ProgrammeCreated'>): string {
  return (
    `The programme ${name} (${area}) was created with ${formatPence(budgetPence)}; version ${policy.version} of its policy ` +
    `allocates ${formatPence(policy.ratePencePerFte)} for each full-time equivalent teacher, from ${formatPence(policy.floorPence)} to ${formatPence(policy.capPence)}`
  );
}
