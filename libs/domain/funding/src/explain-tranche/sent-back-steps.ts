import { NOTHING_FURTHER, type StepOf } from './step.js';

/** What was sent back, or taken back, of what a setting had handed in. */
export const sentBackSteps: {
  readonly [
    T in
      | 'ActionPlanReturned'
      | 'ActionPlanApprovalWithdrawn'
      | 'ActionPlanVariationReturned'
      | 'ProgressReportReturned'
      | 'ProgressReportAcceptanceWithdrawn'
      | 'WorkforceFigureRejected'
  ]: StepOf<T>;
} = {
  ActionPlanReturned: ({ data: { version, comments } }) => ({
    says: `Version ${version} of the action plan was returned to the setting: ${comments}`,
    because: NOTHING_FURTHER,
  }),
  ActionPlanApprovalWithdrawn: ({ data: { version, reason } }) => ({
    says: `The approval of version ${version} of the action plan was withdrawn: ${reason}`,
    because: NOTHING_FURTHER,
  }),
  ActionPlanVariationReturned: ({ data: { version, comments } }) => ({
    says: `Version ${version} of the action plan, a variation, was returned to the setting: ${comments}`,
    because: NOTHING_FURTHER,
  }),
  ProgressReportReturned: ({ data: { window, comments } }) => ({
    says: `Progress report ${window} was returned to the setting: ${comments}`,
    because: NOTHING_FURTHER,
  }),
  ProgressReportAcceptanceWithdrawn: ({ data: { window, reason } }) => ({
    says: `The acceptance of progress report ${window} was withdrawn: ${reason}`,
    because: NOTHING_FURTHER,
  }),
  WorkforceFigureRejected: ({ data: { urn, reason, entry } }, trail) => ({
    says: `The figure that was entered for setting ${urn} was rejected by another person: ${reason}`,
    because: trail.all(entry),
  }),
};
