// Writes the made-up files that the demo runs on: `gias.csv` (settings, in the columns and words of Get Information
// About Schools) and `workforce.csv` (full-time equivalent teachers). No setting, number or name in them is real;
// the URNs are in ranges that GIAS has not issued. The same program always writes the same bytes:
//   node infra/sample-data/generate.mjs
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Mulberry32: small, seeded, the same on every machine. */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
const random = randomFrom(20240901);
const between = (from, to) => from + Math.floor(random() * (to - from + 1));
const pick = (list) => list[between(0, list.length - 1)];

const TYPES = {
  'Community school': '1',
  'Voluntary aided school': '2',
  'Voluntary controlled school': '3',
  'Foundation school': '5',
  'Community special school': '7',
  'Pupil referral unit': '14',
  'Local authority nursery school': '15',
  'Further education': '18',
  'Academy sponsor led': '28',
  'Academy special converter': '44',
  'Academy converter': '34',
  'Free schools': '35',
  "Children's centre": '39',
  'Free schools 16 to 19': '41',
  'Academy alternative provision converter': '43',
};
const PHASES = {
  'Not applicable': '0',
  Nursery: '1',
  Primary: '2',
  Secondary: '4',
  '16 plus': '6',
  'All-through': '7',
};
const STATUSES = { Open: '1', Closed: '2', 'Open, but proposed to close': '3', 'Proposed to open': '4' };
const MAINTAINED = ['Community school', 'Academy converter', 'Academy sponsor led', 'Foundation school'];

// Teachers by phase: the range, in tenths of a full-time equivalent.
const nursery = (name) => ({
  name: `${name} Nursery School`,
  phase: 'Nursery',
  type: 'Local authority nursery school',
  tenths: [25, 62],
  pupilsEach: 17,
});
const primary = (name, type = pick(MAINTAINED)) => ({
  name,
  phase: 'Primary',
  type,
  tenths: [64, 292],
  pupilsEach: 19,
});
const secondary = (name, type = pick(MAINTAINED)) => ({
  name,
  phase: 'Secondary',
  type,
  tenths: [462, 884],
  pupilsEach: 16,
});
const special = (name, type) => ({
  name,
  phase: 'Not applicable',
  type,
  tenths: [148, 271],
  pupilsEach: 5,
});
const alternative = (name, type) => ({
  name,
  phase: 'Not applicable',
  type,
  tenths: [58, 121],
  pupilsEach: 4,
});

const schools = [
  ...['Acorn Wharf', 'Duckweed Lane', 'Little Plovers', 'Puddlefoot', 'Sandmartin'].map(nursery),
  ...[
    'Alder Carr',
    'Avocet Lane',
    'Barleymow',
    'Bittern Way',
    'Bramblehythe',
    'Curlew Quay',
    'Damson Row',
    'Elderheath',
    'Fenmarch',
    'Flaxfield Street',
    'Gadwall',
    'Goldcrest Rise',
    'Hazelbank Hythe',
    'Lapwing Meadow',
    'Linnet Grove',
    'Marram Park',
    'Medlar Green',
    'Millrace',
    'Oakapple',
    'Old Maltings',
    'Pargeter',
    'Quayfield',
    'Redshank Marsh',
    'Saltings',
    'Samphire Road',
    'Skylark Common',
    'Tansy Lane',
    'Teasel Hill',
    'Thrift Bank',
    'Whinchat Heath',
  ].map((name) => primary(`${name} Primary School`)),
  primary("St Botwulf's Church of England Primary School, Gippenhythe", 'Voluntary controlled school'),
  primary("St Withburga's Catholic Primary School", 'Voluntary aided school'),
  primary('The "Wherry" Primary Academy', 'Academy sponsor led'),
  ...[
    'Gippenhythe High School',
    'Lantern Marsh Academy',
    'Orford Ness View School',
    'Redgate Wold High School',
    'Saxon Quay Academy',
    'Wolsey Bank School',
  ].map((name) => secondary(name)),
  secondary('Three Rivers Free School', 'Free schools'),
  {
    name: 'Maltkiln All-through Academy',
    phase: 'All-through',
    type: 'Academy sponsor led',
    tenths: [612, 934],
    pupilsEach: 16,
  },
  special('Heronsmere School', 'Community special school'),
  special('Larkspur Bridge School', 'Academy special converter'),
  special('Thistledown School', 'Community special school'),
  alternative('Stepping Stones Alternative Provision Academy', 'Academy alternative provision converter'),
  alternative('Waterside Pupil Referral Unit', 'Pupil referral unit'),
  {
    name: 'Estuary Sixth Form',
    phase: '16 plus',
    type: 'Free schools 16 to 19',
    tenths: [301, 420],
    pupilsEach: 18,
  },
  {
    name: 'Gippenhythe College',
    phase: '16 plus',
    type: 'Further education',
    tenths: [520, 760],
    pupilsEach: 25,
  },
  { ...primary('Watermint Primary School', 'Community school'), status: 'Open, but proposed to close' },
  { ...primary('Cornflower Rise Primary School', 'Free schools'), status: 'Proposed to open' },
  { ...primary('Cuckoo Mead Junior School', 'Community school'), status: 'Closed' },
  { ...primary('Cuckoo Mead Infant School', 'Community school'), status: 'Closed' },
  { ...secondary('Old Dock High School', 'Foundation school'), status: 'Closed' },
  { ...nursery('Tumbledown'), status: 'Closed' },
];
const centre = {
  name: "Gippenhythe Children's Centre",
  phase: 'Not applicable',
  type: "Children's centre",
  status: 'Open',
  urn: '98001',
};

// What the census does not tell: withheld, suppressed as too small, not applicable.
const SUPPRESSED = new Map([
  ['Puddlefoot Nursery School', 'c'],
  ['Millrace Primary School', 'x'],
  ['Waterside Pupil Referral Unit', 'c'],
  ["Gippenhythe Children's Centre", 'z'],
]);

const LETTERS = 'ABDEFGHJLNPQRSTUWXYZ';
const date = (from, to) => `01-${pick(['01', '04', '09'])}-${between(from, to)}`;
/** No kind of school is older than the law that allowed it. */
const earliest = (type) => (type.startsWith('Free') ? 2012 : type.startsWith('Academy') ? 2010 : 1996);

function teachersAndPupils({ tenths, pupilsEach }, status) {
  if (tenths === undefined || !status.startsWith('Open')) return { fte: '', pupils: '' };
  const teachers = between(...tenths);
  return {
    fte: (teachers / 10).toFixed(1),
    pupils: String(Math.round((teachers * pupilsEach) / 10) + between(0, 9)),
  };
}

const settings = [...schools, centre].map((school, index) => {
  const status = school.status ?? 'Open';
  return {
    ...school,
    status,
    urn: school.urn ?? String(970001 + index * 7),
    number: String(school.phase === 'Secondary' ? 4900 + index : 3900 + index),
    ukprn: status === 'Proposed to open' || school.urn !== undefined ? '' : String(19700101 + index * 13),
    opened: status === 'Proposed to open' ? '' : date(earliest(school.type), 2018),
    closed: status === 'Closed' ? date(2020, 2023) : '',
    postcode: `IP${between(1, 4)} 9${pick(LETTERS)}${pick(LETTERS)}`,
    ...teachersAndPupils(school, status),
  };
});

const quoted = (value) => (/[",]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
const csv = (rows) => rows.map((row) => `${row.map(quoted).join(',')}\n`).join('');

const gias = csv([
  [
    'URN',
    'LA (code)',
    'LA (name)',
    'EstablishmentNumber',
    'EstablishmentName',
    'TypeOfEstablishment (code)',
    'TypeOfEstablishment (name)',
    'EstablishmentStatus (code)',
    'EstablishmentStatus (name)',
    'OpenDate',
    'CloseDate',
    'PhaseOfEducation (code)',
    'PhaseOfEducation (name)',
    'NumberOfPupils',
    'UKPRN',
    'Postcode',
    'DistrictAdministrative (code)',
    'DistrictAdministrative (name)',
  ],
  ...settings.map((one) => [
    one.urn,
    '935',
    'Suffolk',
    one.number,
    one.name,
    TYPES[one.type],
    one.type,
    STATUSES[one.status],
    one.status,
    one.opened,
    one.closed,
    PHASES[one.phase],
    one.phase,
    one.pupils,
    one.ukprn,
    one.postcode,
    'E07000202',
    'Ipswich',
  ]),
]);
const workforce = csv([
  ['school_urn', 'school_name', 'teachers_fte'],
  ...settings
    .filter((one) => one.status.startsWith('Open'))
    .map((one) => [one.urn, one.name, SUPPRESSED.get(one.name) ?? one.fte]),
]);

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
writeFileSync(here('gias.csv'), gias);
writeFileSync(here('workforce.csv'), workforce);
