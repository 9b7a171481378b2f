import { mkdirSync, rmSync } from 'node:fs';
import * as path from 'node:path';
import { ROLES, type Role } from '../lambda/records/contract';
import type { Issuer } from './issuer';
import { ONE_OF_EACH } from './people';
import { writePrivateFile } from './private-file';

/** Half the life of a token, in milliseconds. */
const RENEW_AFTER_MS = 30 * 60_000;

/** One good token for each role, in files. */
export interface TokenFiles {
  /** The tokens at the start. */
  readonly tokens: Readonly<Record<Role, string>>;
  /** Of each role, for `curl -H @file`. */
  readonly files: Readonly<Record<Role, string>>;
  /** Removes the files. */
  remove(): void;
}

/**
 * Keeps a token of one person of each role in a file that only its owner may read: as a header line, so that curl takes it from there and it
 * shows in no process list and no shell history. The files are renewed before the tokens expire.
 */
export function keepTokens(folder: string, issuer: Issuer, now: () => number): TokenFiles {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files = perRole((role) => path.join(folder, role));
  const write = (): Readonly<Record<Role, string>> =>
    perRole((role) => {
      const token = issuer.token(ONE_OF_EACH[role].sub, role, now());
      writePrivateFile(files[role], `authorization: Bearer ${token}\n`);
      return token;
    });
  const tokens = write();
  const timer = setInterval(write, RENEW_AFTER_MS).unref();
  return {
    tokens,
    files,
    remove: () => {
      clearInterval(timer);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function perRole(make: (role: Role) => string): Readonly<Record<Role, string>> {
  // ROLES lists every role.
  return Object.fromEntries(ROLES.map((role) => [role, make(role)])) as Record<Role, string>;
}
