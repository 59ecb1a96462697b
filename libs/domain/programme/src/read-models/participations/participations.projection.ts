import { participationId } from '#kernel';
import { defineProjection } from '#platform/read-store';
import { participationEvents } from '../../participation/participation.events.js';

/** A setting's part in a programme, as people look it up. */
export type ParticipationDocument = Readonly<{
  /** `<programme>.<urn>` */
  id: string;
  programmeId: string;
  urn: string;
  /** Of the setting, when it was enrolled. */
  name: string;
  /** The name in the order people expect: capitals count for nothing. */
  sortName: string;
  enrolledAt: string;
  /** Subject of who enrolled it. */
  enrolledBy: string;
  revision: string;
}>;

export const participationsProjection = defineProjection<ParticipationDocument>()({
  collection: {
    name: 'participations',
    version: 1,
    indexes: { byProgramme: ['programmeId', 'sortName'], bySetting: ['urn', 'programmeId'] },
  },
  of: participationEvents,
  when: {
    SettingEnrolled: {
      touches: ({ data }) => [participationId(data.programmeId, data.urn)],
      apply: (_, { data: { programmeId, urn, settingName }, metadata, revision }, id) => ({
        id,
        programmeId,
        urn,
        name: settingName,
        sortName: settingName.toLowerCase(),
        enrolledAt: metadata.occurredAt,
        enrolledBy: metadata.actor.subject,
        revision: revision.toString(),
      }),
    },
  },
  ignores: [],
});
