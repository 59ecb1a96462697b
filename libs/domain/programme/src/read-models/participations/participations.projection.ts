import { participationId, type AnyEvent, type RecordedEvent } from '#kernel';
import { defineProjection, type Reaction } from '#platform/read-store';
import { participationEvents, type ParticipationEvent } from '../../participation/participation.events.js';
import { evolve, type ParticipationState } from '../../participation/participation-state.js';
import { shownOf, type Shown } from './participation-shown.js';

/** A setting's part in a programme, as people look it up. */
export type ParticipationDocument = Readonly<
  Shown & {
    /** `<programme>.<urn>` */
    id: string;
    programmeId: string;
    urn: string;
    /** Of the setting, when it was invited or enrolled. */
    name: string;
    /** The name in the order people expect: capitals count for nothing. */
    sortName: string;
    /** Whether another setting took it over, after it was passed on. */
    wasTakenOver: boolean;
    /** What it is folded from; not shown. */
    part: ParticipationState;
    revision: string;
  }
>;

function followed(
  document: ParticipationDocument | null,
  event: RecordedEvent<ParticipationEvent>,
  id: string,
): ParticipationDocument {
  const { data, metadata, revision } = event;
  const part = evolve(document?.part ?? { status: 'not-enrolled' }, event);
  const name = 'settingName' in data ? data.settingName : (document?.name ?? '');
  return {
    ...{ id, programmeId: data.programmeId, urn: data.urn, name, sortName: name.toLowerCase() },
    ...shownOf(part),
    wasTakenOver: document?.wasTakenOver ?? false,
    enrolledBy: event.type === 'SettingEnrolled' ? metadata.actor.subject : (document?.enrolledBy ?? null),
    part,
    revision: revision.toString(),
  };
}

/** The part that was passed on waits for nobody any more; the other is as its own stream says. */
function takenOver(
  document: ParticipationDocument | null,
  event: RecordedEvent<Extract<ParticipationEvent, { type: 'PartTakenOver' }>>,
  id: string,
): ParticipationDocument | null {
  const { programmeId, urn } = event.data;
  if (id === participationId(programmeId, urn)) return followed(document, event, id);
  return document && { ...document, wasTakenOver: true };
}

const reaction = {
  touches: ({ data }: RecordedEvent<ParticipationEvent>) => [participationId(data.programmeId, data.urn)],
  apply: followed,
} as Reaction<ParticipationDocument, AnyEvent>;

export const participationsProjection = defineProjection<ParticipationDocument>()({
  collection: {
    name: 'participations',
    version: 7,
    indexes: {
      byProgramme: ['programmeId', 'sortName'],
      byStatus: ['programmeId', 'status', 'sortName'],
      byReview: ['programmeId', 'status', 'reviewDueOn'],
      bySetting: ['urn', 'programmeId'],
      ownByName: ['programmeId', 'urn', 'sortName'],
      ownByReview: ['programmeId', 'status', 'urn', 'reviewDueOn'],
    },
  },
  of: participationEvents,
  when: {
    SettingInvited: reaction,
    InvitationDeclined: reaction,
    SettingEnrolled: reaction,
    SettingWithdrawn: reaction,
    DueDiligenceCompleted: reaction,
    FraudRiskAssessed: reaction,
    GrantAgreementSigned: reaction,
    FinancialReviewCompleted: reaction,
    ContinuityDecisionRaised: reaction,
    ContinuityDecided: reaction,
    SuccessorReplaced: reaction,
    TransferReplaced: reaction,
    PartHandedOver: reaction,
    ReportDeadlineExtended: reaction,
    PartTakenOver: {
      touches: ({ data: { programmeId, urn, from } }) => [
        participationId(programmeId, urn),
        participationId(programmeId, from.urn),
      ],
      apply: takenOver,
    },
  },
  ignores: [],
});
