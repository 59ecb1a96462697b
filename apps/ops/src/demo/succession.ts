import { CloseAllocation } from '#domain/funding';
import { DecideContinuity, TakeOverPart } from '#domain/programme';
import { ImportLinks, ImportSettings } from '#domain/settings';
import { addDays } from '#kernel';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import type { DemoCalendar } from './calendar.js';
import type { Diary } from './diary.js';
import { PASSED_ON } from './paperwork.js';
import { people } from './people.js';

/** A school of the sample that becomes an academy, under a URN of its own, when the second year begins. */
export const SUCCESSION = { urn: '970169', toUrn: '970500', name: 'Old Maltings Primary Academy' } as const;

type Row = Readonly<Record<string, string>>;

function laterExtract(gias: string, { yearEnds }: DemoCalendar): Uint8Array {
  const rows = parse<Row>(gias, { columns: true });
  const before = rows.find((row) => row['URN'] === SUCCESSION.urn);
  const [closed = ''] = yearEnds;
  const [year, month, day] = closed.split('-');
  const status = (code: string, name: string): Row => ({
    'EstablishmentStatus (code)': code,
    'EstablishmentStatus (name)': name,
  });
  const closing = { ...before, ...status('2', 'Closed'), CloseDate: `${day}-${month}-${year}` };
  const opening = {
    ...{ ...before, ...status('1', 'Open'), URN: SUCCESSION.toUrn, OpenDate: `01-09-${year}` },
    ...{ EstablishmentName: SUCCESSION.name, EstablishmentNumber: '2169', UKPRN: '19709999' },
    ...{ 'TypeOfEstablishment (code)': '34', 'TypeOfEstablishment (name)': 'Academy converter' },
  };
  return Buffer.from(stringify([closing, opening], { header: true }));
}

function links({ yearEnds }: DemoCalendar): Uint8Array {
  const opened = `01-09-${(yearEnds[0] ?? '').slice(0, 4)}`;
  return Buffer.from(
    `URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\n${SUCCESSION.urn},${SUCCESSION.toUrn},${SUCCESSION.name},Successor,${opened}\n`,
  );
}

/**
 * The register says that the school has closed and who succeeds it; the board passes its part on, the academy takes it over, and
 * what the school had not drawn is kept for the academy.
 * @param gias the sample's register
 */
export function passOn(diary: Diary, programmeId: string, calendar: DemoCalendar, gias: string): void {
  const { urn, toUrn } = SUCCESSION;
  diary
    .goTo(addDays(calendar.startsOn, 375))
    .after(1, 10, 'register-closure', {
      by: people.operations,
      command: (context) =>
        new ImportSettings({ file: 'gias-autumn.csv', content: laterExtract(gias, calendar) }, context),
    })
    .after(1, 3, 'register-successor', {
      by: people.operations,
      command: (context) => new ImportLinks({ file: 'links.csv', content: links(calendar) }, context),
    })
    .after(10, 20, 'decide-continuity', {
      by: people.board,
      waits: true,
      command: (context) =>
        new DecideContinuity({ programmeId, urn, outcome: 'transfer', toUrn, reason: PASSED_ON }, context),
    })
    .after(2, 5, 'take-over', {
      by: people.operations,
      command: (context) => new TakeOverPart({ programmeId, urn: toUrn, fromUrn: urn }, context),
    })
    .after(2, 5, 'allocation-close', {
      by: people.trancheApprover,
      command: (context) =>
        new CloseAllocation({ programmeId, urn, undrawn: 'to-successor', reason: PASSED_ON }, context),
    });
}
