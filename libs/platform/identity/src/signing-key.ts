import { refusal, RefusalError } from '#kernel';
import { calculateJwkThumbprint, exportJWK } from 'jose';
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomUUID,
  type KeyObject,
} from 'node:crypto';
import { chmod, link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';

export interface SigningKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** RFC 7638 thumbprint: which key signed a token, kept in the metadata of what its bearer did. */
  readonly keyId: string;
}

const FILE = 'token-signing-key.pem';

/**
 * The Ed25519 key that signs local tokens, made on first start with mode 0600. Of several processes that start
 * at once, one makes it and all use that one: a finished file is linked into place, which fails if there is one.
 * @throws RefusalError `IDENTITY.KEY_UNREADABLE`, `IDENTITY.NO_FOLDER`
 */
export async function openSigningKey(folder: string): Promise<SigningKey> {
  const path = join(folder, FILE);
  const pem = (await read(path)) ?? (await make(folder, path));
  return loaded(pem, path);
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code === 'ENOTDIR') throw notAFolder(path);
    throw unreadable(path, error);
  }
}

async function make(folder: string, path: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  const { privateKey } = generateKeyPairSync('ed25519');
  const temporary = join(folder, `.${FILE}.${randomUUID()}`);
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await unlink(temporary);
  }
  return readFile(path, 'utf8');
}

async function loaded(pem: string, path: string): Promise<SigningKey> {
  try {
    const privateKey = createPrivateKey(pem);
    if (privateKey.asymmetricKeyType !== 'ed25519')
      throw new Error(`it is a ${privateKey.asymmetricKeyType} key`);
    const publicKey = createPublicKey(privateKey);
    return { privateKey, publicKey, keyId: await calculateJwkThumbprint(await exportJWK(publicKey)) };
  } catch (error) {
    throw unreadable(path, error);
  }
}

function notAFolder(path: string): RefusalError {
  return new RefusalError(
    refusal(
      'IDENTITY.NO_FOLDER',
      'unavailable',
      `there is a file where the folder of ${path} should be: set DATA_DIR to a folder`,
      { path },
    ),
  );
}

function unreadable(path: string, error: unknown): RefusalError {
  const why = error instanceof Error ? error.message : String(error);
  return new RefusalError(
    refusal(
      'IDENTITY.KEY_UNREADABLE',
      'unavailable',
      `${path} cannot be read as the key that signs tokens: ${why}. Nothing was changed; without it, a new one is made and earlier tokens end.`,
      { path },
    ),
  );
}
