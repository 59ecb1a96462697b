import { defineEvent, EventReference, SHA256, type EventOf } from '#kernel';
import { Type, type Static } from 'typebox';

// History must stay readable when a limit changes, so that events say what a field is and commands say how long it may be.

const known = () => Type.Union([Type.String(), Type.Null()]);

/** Where in which file something was read, so that an auditor can open it there. */
export const Source = Type.Object({
  /** Base name of the file. */
  file: Type.String(),
  /** 1 is the header, 2 the first record. */
  row: Type.Integer({ minimum: 1 }),
  /** Of the bytes of the whole file, in hexadecimal. */
  sha256: Type.String({ pattern: SHA256 }),
});
export type Source = Static<typeof Source>;

const details = {
  urn: Type.String(),
  name: Type.String(),
  ukprn: known(),
  laCode: Type.String(),
  laName: known(),
  establishmentNumber: known(),
  type: known(),
  phase: Type.String(),
  /** `Open`, `Closed`, `Open, but proposed to close` or `Proposed to open`. */
  status: Type.String(),
  /** `YYYY-MM-DD` */
  openDate: known(),
  closeDate: known(),
  districtCode: known(),
  districtName: known(),
  postcode: known(),
  source: Source,
};

export const settingRegistered = defineEvent(
  'SettingRegistered',
  1,
  'A school or other setting was entered in the register, as a GIAS extract describes it.',
  Type.Object(details),
);

export const settingDetailsChanged = defineEvent(
  'SettingDetailsChanged',
  1,
  'A later GIAS extract describes a setting differently: its details are now these, all of them; of what the extract has no column, those known before.',
  Type.Object(details),
);

export const workforceFigureRecorded = defineEvent(
  'WorkforceFigureRecorded',
  2,
  'A census file says how many full-time equivalent teachers a setting has, or that the figure is withheld, which means unknown and never 0.',
  Type.Object({
    urn: Type.String(),
    /** An exact decimal number such as `23.4`, as the file writes it; `null` if it is not known. */
    fte: known(),
    /** What stands in its place, `x`, `c` or `z`, if it is withheld. */
    suppressedAs: known(),
    /** The academic year of the census, such as `2023/24`; `null`: the file does not say. */
    censusYear: known(),
    source: Source,
  }),
  // It was not read.
  { 1: (data) => ({ ...(data as object), censusYear: null }) },
);

const EvidenceDocument = Type.Object({
  /** Of the document, as it is filed; its bytes are kept elsewhere. */
  name: Type.String(),
  sha256: Type.String({ pattern: SHA256 }),
});

export const workforceFigureEntered = defineEvent(
  'WorkforceFigureEntered',
  1,
  'Where the census gives no figure or a mistaken one, somebody entered how many full-time equivalent teachers a setting has, by a document; nothing rests on it yet.',
  Type.Object({
    urn: Type.String(),
    /** An exact decimal number such as `23.4`. */
    fte: Type.String(),
    /** The day, `YYYY-MM-DD`, on which the document counts the teachers. */
    countedOn: Type.String(),
    /** The figure that is mistaken; `null`: there was none that is known. */
    corrects: Type.Union([EventReference, Type.Null()]),
    document: EvidenceDocument,
    /** What the document is, and how the figure follows from it. */
    note: Type.String(),
  }),
);

export const workforceFigureVerified = defineEvent(
  'WorkforceFigureVerified',
  1,
  'A second person verified an entered figure against its document: it counts until a census says something new.',
  Type.Object({
    urn: Type.String(),
    fte: Type.String(),
    countedOn: Type.String(),
    document: EvidenceDocument,
    entry: EventReference,
  }),
);

export const workforceFigureRejected = defineEvent(
  'WorkforceFigureRejected',
  1,
  'A second person found that an entered figure does not follow from its document.',
  Type.Object({ urn: Type.String(), entry: EventReference, reason: Type.String() }),
);

export const successorsNamed = defineEvent(
  'SuccessorsNamed',
  1,
  'A GIAS file of links says which settings succeed one that was merged, split or became an academy: these, all of them.',
  Type.Object({
    urn: Type.String(),
    successors: Type.Array(
      Type.Object({
        urn: Type.String(),
        /** As the file has it, such as `Successor - merged`. */
        link: Type.String(),
        /** `YYYY-MM-DD` */
        linkedOn: known(),
      }),
    ),
    /** The first of the rows. */
    source: Source,
  }),
);

export const settingEvents = [
  settingRegistered,
  settingDetailsChanged,
  workforceFigureRecorded,
  workforceFigureEntered,
  workforceFigureVerified,
  workforceFigureRejected,
  successorsNamed,
] as const;
export type SettingEvent = EventOf<(typeof settingEvents)[number]>;
/** The two events that say what the register has on a setting. */
export type RegisterEntry = EventOf<typeof settingRegistered> | EventOf<typeof settingDetailsChanged>;
export type SettingDetails = Omit<RegisterEntry['data'], 'source'>;
type Always = 'urn' | 'name' | 'laCode' | 'phase' | 'status';
/** What one extract says of a setting: of what is not in it the extract has no column, and says nothing. */
export type StatedDetails = Pick<SettingDetails, Always> & Partial<Omit<SettingDetails, Always>>;
export type Successors = EventOf<typeof successorsNamed>['data'];
export type WorkforceFigure = EventOf<typeof workforceFigureRecorded>['data'];
export type EnteredFigure = EventOf<typeof workforceFigureEntered>['data'];
