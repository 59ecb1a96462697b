import { Type, type Static } from 'typebox';

const Whole = Type.Integer({ minimum: 0 });

/** A share without rounding lost: both whole numbers, and for reading the share in hundredths of a percent, rounded down. */
export const Share = Type.Object({
  numerator: Whole,
  denominator: Whole,
  /** `null` when the denominator is 0: a share of nothing is not 0%. */
  basisPoints: Type.Union([Whole, Type.Null()]),
});
export type Share = Static<typeof Share>;

/** Time from one milestone to the next, over the settings of the programme. */
export const StageMeasure = Type.Object({
  stage: Type.String(),
  from: Type.String(),
  to: Type.String(),
  /** Settings that have been through the stage. */
  settings: Whole,
  /** Whole hours, rounded down, by when things happened (`occurredAt`); `null` if no setting has been through it. */
  hours: Type.Union([Type.Object({ minimum: Whole, median: Whole, maximum: Whole }), Type.Null()]),
  /** Settings that have begun the stage and not ended it at the cut. */
  stillInStage: Whole,
  /** Settings that reached the end of the stage before, or without, its beginning; not in the times. */
  outOfOrder: Whole,
});
export type StageMeasure = Static<typeof StageMeasure>;

/** What is measured at a cut. No field is a fraction, so that every machine writes the same text. */
export const Measures = Type.Object({
  /** Which definition of the measures this is; retaking uses the same one, whatever has been added since. */
  version: Type.Literal(1),
  takeUp: Type.Object({
    enrolled: Whole,
    /** Settings to which an offer stands or was accepted. */
    offered: Whole,
    accepted: Whole,
    acceptedOfEnrolled: Share,
    budgetPence: Whole,
    /** Offered and accepted, in pence, of settings whose offer stands or was accepted. */
    allocatedPence: Whole,
    acceptedPence: Whole,
    acceptedOfBudget: Share,
  }),
  drawnDown: Type.Object({
    acceptedPence: Whole,
    releasedPence: Whole,
    releasedOfAccepted: Share,
    /** Settings to which at least one tranche was released, and to which every one was. */
    settingsPaid: Whole,
    settingsFullyPaid: Whole,
  }),
  stages: Type.Array(StageMeasure),
});
export type Measures = Static<typeof Measures>;
