import { NOT_BLANK, refusal, refuseShape, type Refusal } from '#kernel';
import { Type, type Static } from 'typebox';
import { MOST_ACTIONS } from './plan-rules.js';

/** What is said of a version that goes back to its setting: on the whole, and of single actions. */
export const Comments = Type.Object({
  comments: Type.String({ maxLength: 4000, pattern: NOT_BLANK }),
  actions: Type.Array(
    Type.Object(
      {
        actionId: Type.String({ minLength: 1, maxLength: 60 }),
        comment: Type.String({ maxLength: 2000, pattern: NOT_BLANK }),
      },
      { additionalProperties: false },
    ),
    { maxItems: MOST_ACTIONS },
  ),
});
export type Comments = Static<typeof Comments>;

/** The shape alone, which holds of any version. */
export function refuseMalformedComments({ comments, actions }: Comments): Refusal | undefined {
  return refuseShape('PLAN.MALFORMED', Comments, { comments, actions });
}

/** Each comment is on an action of the version that goes back, and there is one at most on each. */
export function refuseComments(
  { actions }: Comments,
  version: { readonly version: number; readonly actions: readonly { readonly actionId: string }[] },
): Refusal | undefined {
  const known = new Set(version.actions.map(({ actionId }) => actionId));
  const seen = new Set<string>();
  for (const [index, { actionId }] of actions.entries()) {
    const field = `actions[${index}].actionId`;
    if (!known.has(actionId)) {
      return refusal(
        'PLAN.UNKNOWN_ACTION',
        'not-found',
        `${field} '${actionId}' is not an action of version ${version.version}; it has ${[...known].join(', ')}`,
        { field, actionId, version: version.version },
      );
    }
    if (seen.has(actionId)) {
      return refusal('PLAN.ACTION_TWICE', 'invalid', `${field} '${actionId}' is commented on twice`, {
        field,
        actionId,
      });
    }
    seen.add(actionId);
  }
  return undefined;
}
