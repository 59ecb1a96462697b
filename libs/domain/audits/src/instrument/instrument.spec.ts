import { given, instant, type Given } from '#testing';
import { describe, expect, it } from '@jest/globals';
import { parseDate } from '#kernel';
import { FEATURES, WORKFORCE_GROUPS } from '../audit/yardstick.js';
import {
  auditInstrument,
  instrumentAt,
  instrumentOf,
  MOST_INSTRUMENT_VERSIONS,
  type NewInstrument,
} from './instrument.js';
import { auditInstrumentPublished, type InstrumentEvent } from './instrument.events.js';

const reference = { eventId: 'e', stream: 'programme-ipswich', revision: '0', type: 'ProgrammeCreated' };
const programme = {
  ...{ startsOn: parseDate('2023-09-01'), endsOn: parseDate('2025-08-31'), closed: null },
  creation: { event: reference, occurredAt: instant('2023-09-01') },
};
const shared = { slug: 'shared-across-settings', label: 'Is shared with other settings' };
const features = [...FEATURES, shared];
const said: NewInstrument = { features, effectiveOn: '2024-09-01', reason: 'minute 7' };
const publish = (changed: object = {}, of: object = {}) => ({
  type: 'PublishAuditInstrument' as const,
  data: { programmeId: 'ipswich', said: { ...said, ...changed }, programme, ...of },
});
const published = (version = 2, changed: object = {}) =>
  auditInstrumentPublished({
    ...{ programmeId: 'ipswich', version, ...said },
    groups: [...WORKFORCE_GROUPS],
    ...changed,
  });
const second: Given<InstrumentEvent> = [published(), { at: '2024-01-01' }];

describe('the instrument of a programme', () => {
  it('begins with the list of the national strategy, and is published anew from a later day on', () => {
    const { state } = given(auditInstrument);
    expect(instrumentAt(state, instant('2024-01-01'))).toMatchObject({ version: 1, features: FEATURES });
    given(auditInstrument).when(publish()).then(published());
    const after = given(auditInstrument, second).state;
    expect(instrumentAt(after, instant('2024-08-31'))).toMatchObject({ version: 1 });
    expect(instrumentAt(after, instant('2024-09-01'))).toMatchObject({ version: 2, features });
    expect(instrumentOf(after, 1)?.features).toBe(FEATURES);
    expect(instrumentOf(after, 3)).toBeUndefined();
  });

  it('takes force after the day on which it is decided, not before the last version, nor after the programme', () => {
    for (const effectiveOn of ['2024-01-02', '2025-09-01']) {
      const refused = given(auditInstrument)
        .when(publish({ effectiveOn }))
        .thenRefused('INSTRUMENT.EFFECTIVE_DAY');
      expect(refused.details['field']).toBe('effectiveOn');
    }
    const sooner = given(auditInstrument, second)
      .when(publish({ effectiveOn: '2024-08-31' }))
      .thenRefused('INSTRUMENT.EFFECTIVE_DAY');
    expect(sooner.message).toMatch(/give that day or a later one$/);
    given(auditInstrument)
      .when(publish({ effectiveOn: '2024-02-30' }))
      .thenRefused('TIME.NOT_UNDERSTOOD');
  });

  it('has no more versions than anybody means', () => {
    const many = Array.from({ length: MOST_INSTRUMENT_VERSIONS }, (_, n): Given<InstrumentEvent> => [
      published(n + 2),
      { at: '2024-01-01' },
    ]);
    given(auditInstrument, ...many)
      .when(publish({ reason: 'once more' }))
      .thenRefused('INSTRUMENT.TOO_MANY_VERSIONS');
  });

  it('keeps the meaning of a feature for ever', () => {
    const reworded = [{ ...FEATURES[0], label: 'Says what it is for' }];
    const refused = given(auditInstrument)
      .when(publish({ features: reworded }))
      .thenRefused('INSTRUMENT.LABEL_CHANGED');
    expect(refused.message).toContain(FEATURES[0].label);
    given(auditInstrument, second)
      .when(publish({ features: [{ ...shared, label: 'Something else' }], reason: 'again' }))
      .thenRefused('INSTRUMENT.LABEL_CHANGED');
    given(auditInstrument, second)
      .when(publish({ features: [shared], reason: 'fewer' }))
      .then(published(3, { features: [shared], reason: 'fewer' }));
  });

  it('versions the groups of the workforce too: those of the version before where none are said', () => {
    const trainers = { slug: 'trainee-teachers', label: 'Trainee teachers' };
    const groups = [trainers, ...WORKFORCE_GROUPS.slice(1)];
    given(auditInstrument).when(publish({ groups })).then(published(2, { groups }));
    const third = { features: [shared], reason: 'fewer' };
    given(auditInstrument, [published(2, { groups }), { at: '2024-01-01' }])
      .when(publish(third))
      .then(published(3, { ...third, groups }));
    for (const [wrong, code] of [
      [[{ ...trainers, slug: 'governors' }], 'INSTRUMENT.LABEL_CHANGED'],
      [[trainers, trainers], 'INSTRUMENT.GROUP_TWICE'],
      [[], 'INSTRUMENT.MALFORMED'],
    ] as const) {
      const refused = given(auditInstrument)
        .when(publish({ groups: wrong }))
        .thenRefused(code);
      expect(refused.details['field']).toMatch(/^groups/);
    }
  });

  it('names what is malformed', () => {
    for (const [changed, field] of [
      [{ features: [] }, 'features'],
      [{ features: [{ slug: 'Not A Slug', label: 'x' }] }, 'features[0].slug'],
      [{ features: [{ slug: 'a', label: ' ' }] }, 'features[0].label'],
      [{ reason: ' ' }, 'reason'],
    ] as const) {
      const refused = given(auditInstrument).when(publish(changed)).thenRefused('INSTRUMENT.MALFORMED');
      expect(refused.details['field']).toBe(field);
    }
    given(auditInstrument)
      .when(publish({ features: [shared, shared] }))
      .thenRefused('INSTRUMENT.FEATURE_TWICE');
  });

  it('is of a programme that is there and not closed', () => {
    given(auditInstrument)
      .when(publish({}, { programme: null }))
      .thenRefused('PROGRAMME.NOT_FOUND');
    const closed = { at: instant('2024-01-01'), reason: 'over' };
    given(auditInstrument)
      .when(publish({}, { programme: { ...programme, closed } }))
      .thenRefused('PROGRAMME.CLOSED');
  });
});
