import { refusal, RefusalError } from '#kernel';

/** Where Redis is, as its client wants to be told. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  /** Number of the database. */
  readonly db: number;
  readonly username?: string;
  readonly password?: string;
  readonly isSecure: boolean;
  /** `host:port/database`, for messages: no credentials. */
  readonly name: string;
}

const DEFAULT_PORT = 6379;
const EXAMPLE = 'it should be like redis://user:password@host:6379/0, or rediss:// for TLS';

/**
 * Options of the client are not taken from the address: some of them would undo what keeps a command from hanging.
 * @param url `redis://user:password@host:6379/0`; `rediss://` for TLS, with the certificates that Node trusts
 * (`NODE_EXTRA_CA_CERTS` adds one)
 * @throws RefusalError `STORE.BAD_URL`, which never repeats the address
 */
export function redisAddressFrom(url: string): RedisAddress {
  const parsed = URL.parse(url.trim());
  if (parsed === null) throw badUrl(EXAMPLE);
  const { protocol, hostname, port, pathname, search, hash } = parsed;
  if (protocol !== 'redis:' && protocol !== 'rediss:') {
    throw badUrl('it should begin with redis:// or rediss://');
  }
  if (hostname === '') throw badUrl(EXAMPLE);
  if (search !== '' || hash !== '') {
    throw badUrl('nothing may follow the database: ? and # in a password are percent-encoded');
  }
  const [, database] = /^\/?(\d{0,5})$/.exec(pathname) ?? [];
  if (database === undefined) throw badUrl('what follows the host is the number of the database, such as /0');
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const db = Number(database);
  const address = { host: decoded(host), port: Number(port || DEFAULT_PORT), db };
  return {
    ...address,
    ...(parsed.username === '' ? {} : { username: decoded(parsed.username) }),
    ...(parsed.password === '' ? {} : { password: decoded(parsed.password) }),
    isSecure: protocol === 'rediss:',
    name: `${hostname}:${address.port}/${db}`,
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw badUrl('a % in the credentials is written %25');
  }
}

export function badUrl(why: string): RefusalError {
  return new RefusalError(
    refusal('STORE.BAD_URL', 'invalid', `REDIS_URL, the address of the jobs, cannot be used: ${why}`, {
      setting: 'REDIS_URL',
    }),
  );
}
