import { refusal, RefusalError } from '#kernel';

/** Where the event store is, as its client wants to be told. */
export interface Address {
  /** For the client alone: it holds the credentials. */
  readonly url: string;
  /** For messages: hosts and nothing else. */
  readonly hosts: string;
  readonly hasCredentials: boolean;
  readonly isSecure: boolean;
}

const FORM = /^([a-z]+)(\+discover)?:\/\/(?:([^/?#]*)@)?([^@/?#]+)\/?(?:\?([^#]*))?$/;
const SCHEMES = ['esdb', 'kurrentdb', 'kurrent', 'kdb'];

/** The client warns of any other by printing the whole address, password and all: it never gets to see one. */
const PARAMETERS = [
  'connectionname',
  'defaultdeadline',
  'discoveryinterval',
  'gossiptimeout',
  'keepaliveinterval',
  'keepalivetimeout',
  'maxdiscoverattempts',
  'nodepreference',
  'tls',
  'tlscafile',
  'tlsverifycert',
  'usercertfile',
  'userkeyfile',
];

/**
 * @param url `esdb://user:password@host:2113?…`, several hosts separated by commas, `esdb+discover://` for DNS
 * discovery; `kurrentdb://` is the same
 * @throws RefusalError `STORE.BAD_URL`, which never repeats the address
 */
export function addressFrom(url: string): Address {
  const match = FORM.exec(url.trim());
  if (match === null) throw badUrl('it should be like esdb://user:password@host:2113?tls=true');
  const [, scheme, discover = '', credentials, hosts, query = ''] = match;
  if (!SCHEMES.includes(scheme!)) throw badUrl(`it should begin with esdb:// or kurrentdb://`);
  checkCredentials(credentials);
  const parameters = query === '' ? [] : query.split('&').map((one) => parameterFrom(one));
  const isSecure = !parameters.some(([key, value]) => key === 'tls' && value === 'false');
  const login = credentials === undefined ? '' : `${credentials}@`;
  const rest = query === '' ? '' : `?${query}`;
  return {
    url: `esdb${discover}://${login}${hosts}${rest}`,
    hosts: hosts!,
    hasCredentials: credentials !== undefined,
    isSecure,
  };
}

function checkCredentials(credentials: string | undefined): void {
  if (credentials === undefined) return;
  if (!/^[^:@]+:[^:@]+$/.test(credentials)) {
    throw badUrl('credentials are user:password, with :, @, / and % in either percent-encoded');
  }
  try {
    decodeURIComponent(credentials);
  } catch {
    throw badUrl('a % in the credentials is written %25');
  }
}

function parameterFrom(text: string): readonly [key: string, value: string] {
  const at = text.indexOf('=');
  const key = text.slice(0, Math.max(at, 0)).toLowerCase().replaceAll(/[_-]/g, '');
  const value = text.slice(at + 1);
  if (!PARAMETERS.includes(key) || value === '') {
    throw badUrl(`of its parameters one is not known or has no value; known are ${PARAMETERS.join(', ')}`);
  }
  if (key === 'tlsverifycert' && value !== 'true') {
    throw badUrl('the client always verifies certificates: give tlsCAFile instead of tlsVerifyCert');
  }
  return [key, value];
}

export function badUrl(why: string): RefusalError {
  return new RefusalError(
    refusal('STORE.BAD_URL', 'invalid', `the address of the event store cannot be used: ${why}`, {
      setting: 'EVENTSTORE_URL',
    }),
  );
}
