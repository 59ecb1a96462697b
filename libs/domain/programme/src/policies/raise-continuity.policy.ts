import { settingDetailsChanged, successorsNamed } from '#domain/settings';
import { definePolicy } from '#platform/jobs';
import { settingEnrolled } from '../participation/participation.events.js';
import { RAISE_CONTINUITY } from '../participation/raise-continuity/raise-continuity.payload.js';

/**
 * Whenever the register says that a setting has closed or has a successor, a decision is to be raised on each part that it
 * has in a programme. Also when a setting is enrolled: the register may have said so while that was being decided.
 */
export const raiseContinuity = definePolicy({
  name: 'raise-continuity',
  handles: [settingDetailsChanged, successorsNamed, settingEnrolled],
  enqueues: [RAISE_CONTINUITY],
  react: (event) => {
    if (event.type === 'SettingDetailsChanged' && event.data.status !== 'Closed') return [];
    const payload = {
      urn: event.data.urn,
      programmeId: event.type === 'SettingEnrolled' ? event.data.programmeId : null,
      cause: { eventId: event.id, correlationId: event.metadata.correlationId },
    };
    return [{ enqueue: { id: `${RAISE_CONTINUITY}.${event.id}`, kind: RAISE_CONTINUITY, payload } }];
  },
});
