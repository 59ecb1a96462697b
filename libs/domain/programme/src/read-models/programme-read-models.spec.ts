import { History, instant } from '#testing';
import type { AnyEvent, RecordedEvent } from '#kernel';
import type { Projection } from '#platform/read-store';
import { describe, expect, it } from '@jest/globals';
import {
  continuityDecided,
  partTakenOver,
  settingEnrolled,
  settingWithdrawn,
} from '../participation/participation.events.js';
import {
  programmeBoardNamed,
  programmeClosed,
  programmeCreated,
  programmePaused,
  programmeVersionWithdrawn,
  reportWindowsReplaced,
  seniorOwnerAppointed,
  trancheScheduleReplaced,
} from '../programme/programme.events.js';
import { participationsProjection } from './participations/participations.projection.js';
import { programmeShown } from './programmes/programme-shown.js';
import { programmesProjection } from './programmes/programmes.projection.js';

const reference = { eventId: 'e', stream: 's', revision: '0', type: 'T' };
const created = programmeCreated({
  programmeId: 'ipswich',
  name: 'Ipswich',
  area: 'Suffolk',
  startsOn: '2024-09-01',
  endsOn: '2026-07-31',
  budgetPence: 120_000_000,
  policy: { version: 1, kind: 'rate-per-fte', ratePencePerFte: 1, floorPence: 0, capPence: 1 },
  tranches: [],
  reportWindows: [],
});
const enrolled = (urn: string, settingName: string) =>
  settingEnrolled({
    programmeId: 'ipswich',
    urn,
    settingName,
    reportWindows: [],
    programme: reference,
    setting: reference,
  });

function project<D extends { readonly id: string }>(projection: Projection<D>, ...events: RecordedEvent[]) {
  const documents = new Map<string, D | null>();
  for (const event of events) {
    const reaction = projection.reactionTo(event.type);
    for (const id of reaction?.touches(event) ?? []) {
      documents.set(id, reaction!.apply(documents.get(id) ?? null, event, id));
    }
  }
  return documents;
}

const history = new History();
const record = <E extends AnyEvent>(event: E, stream: string, at = '2024-01-01') =>
  history.record(event, { stream, at }) as RecordedEvent;
const past = [
  record(created, 'programme-ipswich'),
  record(enrolled('124570', 'Acorn Wharf'), 'participation-ipswich.124570', '2024-02-01'),
  record(enrolled('124571', 'beech Hill'), 'participation-ipswich.124571', '2024-02-02'),
];

describe('the programmes read model', () => {
  it('shows the terms and how many settings are enrolled', () => {
    expect(project(programmesProjection, ...past).get('ipswich')).toMatchObject({
      id: 'ipswich',
      name: 'Ipswich',
      area: 'Suffolk',
      budgetPence: 120_000_000,
      enrolledCount: 2,
      createdAt: '2024-01-01T09:00:00.000Z',
      revision: '0',
    });
  });

  it('counts the settings that take part, and not those that have left', () => {
    const of = { programmeId: 'ipswich', urn: '124570' };
    const decided = { ...of, decisionIds: [], toUrn: null, reason: 'closed' };
    const ends: readonly (readonly [AnyEvent, number])[] = [
      [settingWithdrawn({ ...of, reason: 'moved' }), 1],
      [continuityDecided({ ...decided, outcome: 'wind-down' }), 1],
      [continuityDecided({ ...decided, outcome: 'carry-on' }), 2],
    ];
    for (const [event, enrolledCount] of ends) {
      const left = record(event, 'participation-ipswich.124570', '2024-02-03');
      expect(project(programmesProjection, ...past, left).get('ipswich')).toMatchObject({ enrolledCount });
    }
  });

  it('shows at a moment what is in force then, and no version that was withdrawn', () => {
    const of = { programmeId: 'ipswich', reason: 'minute 1' };
    const from = { ...of, effectiveOn: '2024-03-01' };
    const tranches = [{ number: 1, shareBasisPoints: 10_000, conditions: [] }];
    const withdraws = { eventId: 'e', stream: 's', revision: '1', type: 'T' };
    const later = [
      trancheScheduleReplaced({ ...from, version: 2, tranches }),
      reportWindowsReplaced({ ...from, version: 2, reportWindows: [] }),
      seniorOwnerAppointed({ ...from, subject: 'ada' }),
      seniorOwnerAppointed({ ...from, effectiveOn: '2024-04-01', subject: 'ben' }),
      programmeVersionWithdrawn({ ...from, what: 'tranche-schedule', version: 2, withdraws }),
      programmeVersionWithdrawn({ ...from, what: 'senior-owner', version: 2, withdraws }),
    ].map((event) => record(event, 'programme-ipswich', '2024-02-03'));
    const document = project(programmesProjection, ...past, ...later).get('ipswich')!;
    const at = (day: string) => programmeShown(document, instant(day), 5);
    expect(at('2024-02-29')).toMatchObject({ budgetPence: 5, seniorOwner: null, board: null });
    expect(at('2024-02-29').reportWindows).toEqual(document.reportWindows);
    expect(at('2024-05-01')).toMatchObject({
      ...{ seniorOwner: 'ada', reportWindows: [], tranches: document.tranches },
      seniorOwners: [{ withdrawn: null }, { subject: 'ben', withdrawn: { reason: 'minute 1' } }],
    });
    expect(programmeShown(document, instant('2024-05-01'), undefined).budgetPence).toBe(120_000_000);
  });

  it('shows who answers for it, its terms by version, and its end', () => {
    const of = { programmeId: 'ipswich', reason: 'minute 1' };
    const from = { ...of, effectiveOn: '2024-03-01' };
    const tranches = [{ number: 1, shareBasisPoints: 10_000, conditions: [] }];
    const later = [
      seniorOwnerAppointed({ ...from, subject: 'ada' }),
      programmeBoardNamed({ ...from, members: ['ada', 'ben'] }),
      trancheScheduleReplaced({ ...from, version: 2, tranches }),
      reportWindowsReplaced({ ...from, version: 2, reportWindows: [] }),
      programmePaused(of),
      programmeClosed(of),
    ].map((event) => record(event, 'programme-ipswich', '2024-02-03'));
    expect(project(programmesProjection, ...past, ...later).get('ipswich')).toMatchObject({
      seniorOwners: [{ subject: 'ada', effectiveOn: '2024-03-01', reason: 'minute 1' }],
      boards: [{ members: ['ada', 'ben'] }],
      trancheSchedules: [{ version: 1 }, { version: 2, tranches }],
      reportWindowVersions: [{ version: 1 }, { version: 2, effectiveOn: '2024-03-01' }],
      paused: null,
      closed: { since: '2024-02-03T09:00:00.000Z', reason: 'minute 1' },
    });
  });

  it('rejects no event, even one whose beginning it never saw', () => {
    expect(project(programmesProjection, past[1]!).get('ipswich')).toBeNull();
  });
});

describe('the participations read model', () => {
  it('shows who is enrolled, since when and by whom, in the order of names', () => {
    const documents = project(participationsProjection, ...past);
    expect([...documents.keys()]).toEqual(['ipswich.124570', 'ipswich.124571']);
    expect(documents.get('ipswich.124571')).toMatchObject({
      id: 'ipswich.124571',
      programmeId: 'ipswich',
      urn: '124571',
      name: 'beech Hill',
      sortName: 'beech hill',
      ...{ status: 'enrolled', reviewDueOn: '2025-02-01', wasTakenOver: false },
      enrolledAt: '2024-02-02T09:00:00.000Z',
      enrolledBy: 'somebody',
      revision: '0',
    });
  });
});

describe('a part that was passed on', () => {
  const decided = continuityDecided({
    ...{ programmeId: 'ipswich', urn: '124570', decisionIds: ['d'] },
    ...{ outcome: 'transfer', toUrn: '148001', reason: 'it became an academy' },
  });
  const passedOn = [...past, record(decided, 'participation-ipswich.124570', '2024-03-01')];
  const taken = partTakenOver({
    ...{ programmeId: 'ipswich', urn: '148001', settingName: 'Acorn Academy' },
    ...{
      from: { urn: '124570', settingName: 'Acorn Wharf' },
      enrols: true,
      decision: reference,
      accepted: [],
    },
  });

  it('waits to be taken over by the other setting, and then for nobody', () => {
    expect(project(participationsProjection, ...passedOn).get('ipswich.124570')).toMatchObject({
      ...{ status: 'transferred', statusSince: '2024-03-01T09:00:00.000Z', wasTakenOver: false },
    });
    const after = project(
      participationsProjection,
      ...passedOn,
      record(enrolled('148001', 'Acorn Academy'), 'participation-ipswich.148001', '2024-03-02'),
      record(taken, 'participation-ipswich.148001', '2024-03-02'),
    );
    expect(after.get('ipswich.124570')).toMatchObject({
      name: 'Acorn Wharf',
      ...{ status: 'transferred', wasTakenOver: true },
    });
    expect(after.get('ipswich.148001')).toMatchObject({
      ...{ name: 'Acorn Academy', status: 'enrolled', takenOverFrom: ['124570'] },
    });
  });
});
