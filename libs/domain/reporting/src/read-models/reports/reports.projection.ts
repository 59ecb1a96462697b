import { NOBODYS_TURN, participationEvents, turnOf, type Turn } from '#domain/programme';
import { dateInLondon, endOfDay, later, parseDate, startOfDay, type Instant } from '#kernel';
import { defineProjection } from '#platform/read-store';
import { withAccepted, type AcceptedWord } from '../../report/accepted-spending.js';
import { wordsOn } from '../../report/report-state.js';
import { reportEvents, type ActionProgress, type Arrival } from '../../report/report.events.js';
import { reportId } from '../../report/report.js';

export const REPORT_STATUSES = [
  'awaited',
  'submitted',
  'accepted',
  'partly-accepted',
  'returned',
  'withdrawn',
] as const;
export type ReportStatus = (typeof REPORT_STATUSES)[number];

/** One setting's report for one window, from the day it enrolled: also those that have not come yet. */
export type ReportDocument = Turn &
  Readonly<{
    /** `<programme>.<urn>.<window>` */
    id: string;
    programmeId: string;
    urn: string;
    settingName: string;
    window: number;
    opensOn: string;
    dueOn: string;
    closesOn: string;
    status: ReportStatus;
    /** When it first arrived. */
    submittedAt: string | null;
    /** When that was recorded: later, if operations recorded one that had come another way. */
    recordedAt: string | null;
    /** How the newest one came, if operations said so. */
    arrival: Arrival | null;
    /** Whether the newest one came after the setting's part had ended. */
    final: boolean;
    /** Whether it first arrived after its due day. */
    late: boolean | null;
    acceptedAt: string | null;
    /** Why its acceptance was withdrawn, what it was returned with, or what accepting a part of it means for the tranche. */
    because: string | null;
    /** Whether the tranche that waits for it may be paid, once a part of it was accepted. */
    tranche: 'may-be-paid' | 'waits' | null;
    /** What was said of single actions when it was returned or partly accepted: of the latter, the actions not accepted. */
    objections: readonly { readonly actionId: string; readonly says: string }[];
    summary: string | null;
    actions: readonly ActionProgress[];
    /** What of this report was accepted as spent and not withdrawn; it stands while a corrected one is judged. */
    accepted: readonly AcceptedWord[];
    /** What of it stood so when the report was last sent in, whatever the verdict on that. */
    acceptedEarlier: readonly AcceptedWord[];
    /** Over all actions, up to now. */
    spentPence: number;
    /** Of its stream, for `If-Match`; `null` while it is awaited. */
    revision: string | null;
  }>;

/** Back with the setting, which has until the window closes; what is mended is taken later too, so that then there is no last day. */
function sentBack({ window, closesOn }: ReportDocument, at: Instant): Turn {
  const until = dateInLondon(at) <= closesOn ? closesOn : null;
  return turnOf('submit-report', `mend report ${window} and submit it again`, at, until);
}

/** Its correction waits, or is back with the setting: what was accepted before can be withdrawn, and whose turn it is stays. */
function isUnderCorrection({ status }: ReportDocument): boolean {
  return status === 'submitted' || status === 'returned';
}

function sentBackWithdrawn(document: ReportDocument, because: string, at: Instant): Partial<ReportDocument> {
  const turn = sentBack(document, at);
  return { status: 'withdrawn', ...turn, acceptedAt: null, because, tranche: null, objections: [] };
}

/** In time again, or for longer: whoever had missed the window can act from the extension on. */
function extended(document: ReportDocument, dueOn: string, closesOn: string, at: Instant): ReportDocument {
  const moved = { ...document, dueOn, closesOn };
  if (document.nextAction !== 'submit-report') return moved;
  if (document.status !== 'awaited') return { ...moved, nextUntil: closesOn };
  const wasClosed = at > endOfDay(parseDate(document.closesOn));
  return { ...moved, nextUntil: dueOn, nextSince: wasClosed ? at : document.nextSince };
}

const idOf = ({ data }: { data: { programmeId: string; urn: string; window: number } }): string[] => [
  reportId(data.programmeId, data.urn, data.window),
];

export const reportsProjection = defineProjection<ReportDocument>()({
  collection: {
    name: 'reports',
    version: 7,
    indexes: {
      byDue: ['programmeId', 'dueOn', 'urn'],
      byStatus: ['programmeId', 'status', 'dueOn', 'urn'],
      bySetting: ['programmeId', 'urn', 'window'],
      ownByDue: ['programmeId', 'urn', 'dueOn'],
      ownByStatus: ['programmeId', 'status', 'urn', 'dueOn'],
      byNext: ['programmeId', 'next', 'nextSince'],
    },
  },
  of: [...participationEvents, ...reportEvents],
  when: {
    SettingEnrolled: {
      touches: ({ data }) =>
        data.reportWindows.map(({ number }) => reportId(data.programmeId, data.urn, number)),
      apply: (document, { data: { programmeId, urn, settingName, reportWindows }, metadata }, id) => {
        const window = reportWindows.find(({ number }) => reportId(programmeId, urn, number) === id);
        if (window === undefined) return document;
        return {
          id,
          programmeId,
          urn,
          settingName,
          window: window.number,
          opensOn: window.opensOn,
          dueOn: window.dueOn,
          closesOn: window.closesOn,
          status: 'awaited',
          ...turnOf(
            'submit-report',
            `submit report ${window.number}`,
            later(startOfDay(parseDate(window.opensOn)), metadata.occurredAt),
            window.dueOn,
          ),
          submittedAt: null,
          recordedAt: null,
          arrival: null,
          final: false,
          late: null,
          acceptedAt: null,
          because: null,
          tranche: null,
          objections: [],
          summary: null,
          actions: [],
          accepted: [],
          acceptedEarlier: [],
          spentPence: 0,
          revision: null,
        };
      },
    },
    ReportDeadlineExtended: {
      touches: ({ data }) => [reportId(data.programmeId, data.urn, data.to.number)],
      apply: (document, { data: { to }, metadata }) =>
        document && extended(document, to.dueOn, to.closesOn, metadata.occurredAt),
    },
    ProgressReportSubmitted: {
      touches: idOf,
      apply: (document, { data, metadata, revision }) =>
        document && {
          ...document,
          status: 'submitted',
          ...turnOf('judge-report', `accept or return report ${data.window}`, metadata.occurredAt),
          submittedAt: document.submittedAt ?? metadata.occurredAt,
          recordedAt: document.recordedAt ?? metadata.recordedAt,
          arrival: data.arrival,
          final: data.ending !== null,
          late: document.late ?? metadata.occurredAt > endOfDay(parseDate(document.dueOn)),
          acceptedAt: null,
          because: null,
          tranche: null,
          objections: [],
          summary: data.summary,
          actions: data.actions,
          acceptedEarlier: document.accepted,
          spentPence: data.actions.reduce((sum, { spentPence }) => sum + spentPence, 0),
          revision: revision.toString(),
        },
    },
    ProgressReportAccepted: {
      touches: idOf,
      apply: (document, { metadata, revision }) =>
        document && {
          ...document,
          status: 'accepted',
          ...NOBODYS_TURN,
          accepted: withAccepted(document.acceptedEarlier, document.actions),
          acceptedAt: metadata.occurredAt,
          because: null,
          tranche: null,
          objections: [],
          revision: revision.toString(),
        },
    },
    ProgressReportPartlyAccepted: {
      touches: idOf,
      apply: (document, { data, metadata, revision }) =>
        document && {
          ...document,
          status: 'partly-accepted',
          ...(data.tranche === 'waits' ? sentBack(document, metadata.occurredAt) : NOBODYS_TURN),
          accepted: withAccepted(document.acceptedEarlier, wordsOn(document.actions, data.accepted)),
          acceptedAt: data.tranche === 'waits' ? null : metadata.occurredAt,
          because: data.effect,
          tranche: data.tranche,
          objections: data.notAccepted.map(({ actionId, reason }) => ({ actionId, says: reason })),
          revision: revision.toString(),
        },
    },
    ProgressReportReturned: {
      touches: idOf,
      apply: (document, { data, metadata, revision }) =>
        document && {
          ...document,
          status: 'returned',
          ...sentBack(document, metadata.occurredAt),
          because: data.comments,
          tranche: null,
          objections: data.actions.map(({ actionId, comment }) => ({ actionId, says: comment })),
          revision: revision.toString(),
        },
    },
    ProgressReportAcceptanceWithdrawn: {
      touches: idOf,
      apply: (document, { data, metadata, revision }) =>
        document && {
          ...document,
          ...(isUnderCorrection(document)
            ? {}
            : sentBackWithdrawn(document, data.reason, metadata.occurredAt)),
          accepted: [],
          acceptedEarlier: [],
          revision: revision.toString(),
        },
    },
  },
  ignores: [
    'SettingInvited',
    'InvitationDeclined',
    'SettingWithdrawn',
    'DueDiligenceCompleted',
    'FraudRiskAssessed',
    'GrantAgreementSigned',
    'FinancialReviewCompleted',
    'ContinuityDecisionRaised',
    'ContinuityDecided',
    'SuccessorReplaced',
    'TransferReplaced',
    'PartHandedOver',
    'PartTakenOver',
  ],
});
