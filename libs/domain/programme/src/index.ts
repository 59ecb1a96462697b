import type { Policy } from '#platform/jobs';
import { participationsProjection } from './read-models/participations/participations.projection.js';
import { programmesProjection } from './read-models/programmes/programmes.projection.js';

export * from './participation/participation.events.js';
export { participation, type ParticipationState } from './participation/participation.js';
export { EnrolSetting } from './participation/enrol-setting/enrol-setting.handler.js';
export * from './programme/programme.events.js';
export { requireProgramme } from './programme/require-programme.js';
export { programme, type ProgrammeState } from './programme/programme.js';
export {
  MOST_REPORT_WINDOWS,
  MOST_TRANCHES,
  reportWindowOf,
  WHOLE_SHARE,
  type ProgrammeForm,
} from './programme/programme-rules.js';
export {
  CreateProgramme,
  type CreateProgrammeInput,
} from './programme/create-programme/create-programme.handler.js';
export { ListParticipations } from './read-models/participations/participations.query.js';
export {
  participationsProjection,
  type ParticipationDocument,
} from './read-models/participations/participations.projection.js';
export { GetProgramme, ListProgrammes } from './read-models/programmes/programmes.query.js';
export {
  programmesProjection,
  type ProgrammeDocument,
} from './read-models/programmes/programmes.projection.js';
export const programmeProjections = [programmesProjection, participationsProjection] as const;
export const programmePolicies: readonly Policy[] = [];
export { ProgrammeModule } from './programme.module.js';
