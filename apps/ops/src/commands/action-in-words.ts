import type { PlanAction } from '#domain/plans';

/** What a table has no room for: whom an action is for, what it is to lead to, and by when what is seen to be done. */
export function actionInWords(action: PlanAction): readonly string[] {
  const { actionId, activity, audience, headcountByGroup, desiredResponse, desiredOutcomes } = action;
  const { finalOutcomes, doability, impact, milestones } = action;
  const groups = headcountByGroup.map(({ group, headcount }) => `${headcount} ${group}`).join(', ');
  const said: readonly (readonly [string, string | null])[] = [
    ['for', groups === '' ? audience : `${audience} (${groups})`],
    ['desired response', desiredResponse],
    ...desiredOutcomes.map((outcome) => ['desired outcome', outcome] as const),
    ...finalOutcomes.map((outcome) => ['final outcome', outcome] as const),
    ['do-ability', doability === null ? null : `${doability} of 4`],
    ['impact', impact === null ? null : `${impact} of 4`],
    ...milestones.map(({ on, what }) => [`by ${on}`, what] as const),
  ];
  return [
    `  ${actionId}: ${activity}`,
    ...said.flatMap(([label, what]) => (what === null ? [] : [`    ${label}: ${what}`])),
  ];
}
