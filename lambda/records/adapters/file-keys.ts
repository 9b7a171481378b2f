import { createHmac, createSecretKey, hkdfSync, randomBytes, type KeyObject } from 'node:crypto';
import { constants } from 'node:fs';
import { link, open, unlink } from 'node:fs/promises';
import { CodedError } from '../../shared/outcome';
import { isRecord } from '../../shared/record';
import { DATA_KEY_BYTES, keyIdOf, seal, unseal } from '../field-crypto';
import type { DataKeyName, KeyFailure, KeyProvider, MacProvider } from '../ports';

/** Which master key to use, and whose data keys these are. */
export interface FileKeysOptions {
  readonly masterKeyFile: string;
  /** Application and environment, without `|`: keys of one environment do not unwrap in another. */
  readonly app: string;
  readonly env: string;
}

/**
 * Makes the master key of a local run unless it is there already: 32 random bytes that only the owner may read. The file appears whole or
 * not at all and never replaces another, so two processes that start together use the same key.
 *
 * @throws CodedError with a {@link KeyFailure}.
 */
export async function createMasterKey(masterKeyFile: string): Promise<void> {
  const draft = `${masterKeyFile}.${randomBytes(8).toString('hex')}`;
  const bytes = randomBytes(DATA_KEY_BYTES);
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    // A hard link is refused where a name is taken; a rename is not.
    await link(draft, masterKeyFile).finally(() => unlink(draft));
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw new CodedError(failureOf(error));
  } finally {
    bytes.fill(0);
  }
}

/**
 * Data keys and blind-index MACs for a local run: 164.312(a)(2)(iv). The master key is read anew at every call, so that taking its file
 * away disables it, and is refused unless it is a plain file of this user's that nobody else may read. Not for production: whoever can
 * read the file has every key.
 */
export function fileKeys({ masterKeyFile, app, env }: FileKeysOptions): KeyProvider & MacProvider {
  const contextOf = ({ keyClass }: DataKeyName): string => `${app}|${env}|${keyClass}`;
  return {
    async generate(name) {
      const wrapping = await subkey(masterKeyFile, 'wrap/v1');
      const bytes = randomBytes(DATA_KEY_BYTES);
      try {
        return seal(wrapping, name.keyId, contextOf(name), bytes);
      } finally {
        bytes.fill(0);
      }
    },
    async unwrap(key) {
      const wrapping = await subkey(masterKeyFile, 'wrap/v1');
      const bytes = keyIdOf(key.wrapped) === key.keyId ? unseal(wrapping, contextOf(key), key.wrapped) : undefined;
      if (!bytes) throw new CodedError<KeyFailure>('key_invalid');
      return bytes;
    },
    async mac(column, message) {
      const key = await subkey(masterKeyFile, `mac/v1/${column}`);
      return createHmac('sha256', key).update(message).digest();
    },
  };
}

/** One key per purpose out of the master key, which is in memory only meanwhile. */
async function subkey(masterKeyFile: string, purpose: string): Promise<KeyObject> {
  const master = await readMasterKey(masterKeyFile);
  const derived = new Uint8Array(hkdfSync('sha256', master, '', purpose, DATA_KEY_BYTES));
  master.fill(0);
  const key = createSecretKey(derived);
  derived.fill(0);
  return key;
}

async function readMasterKey(masterKeyFile: string): Promise<Uint8Array> {
  try {
    const file = await open(masterKeyFile, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      // Asked of the open file: the name could be given to another one in between.
      const stat = await file.stat();
      const isPrivate = (stat.mode & 0o077) === 0 && stat.uid === process.getuid?.();
      if (!stat.isFile() || !isPrivate) throw new CodedError<KeyFailure>('key_access_denied');
      if (stat.size !== DATA_KEY_BYTES) throw new CodedError<KeyFailure>('key_invalid');
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw error instanceof CodedError ? error : new CodedError(failureOf(error));
  }
}

function failureOf(error: unknown): KeyFailure {
  switch (systemCode(error)) {
    case 'ENOENT':
      return 'key_disabled';
    case 'EACCES':
    case 'EPERM':
    // A symbolic link: its target is not what was protected.
    case 'ELOOP':
      return 'key_access_denied';
    default:
      return 'key_unavailable';
  }
}

function systemCode(error: unknown): unknown {
  return isRecord(error) ? error['code'] : undefined;
}
