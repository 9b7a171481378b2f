import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { isRecord } from '../lambda/shared/record';
import { Complaint } from './complaint';
import { writePrivateFile } from './private-file';
import { afresh, type StatePaths } from './state';

/** One password per login. */
export type Passwords<Login extends string> = Readonly<Record<Login, string>>;

/**
 * The passwords of the database logins, in a file of the state folder that only its owner may read. A login not in it yet gets a random
 * one. In AWS there are none: the logins sign in with short-lived tokens.
 *
 * @throws Complaint when the file cannot be read.
 */
export function passwordsFor<const Login extends string>(paths: StatePaths, logins: readonly Login[]): Passwords<Login> {
  const known = existsSync(paths.passwords) ? parse(readFileSync(paths.passwords, 'utf8')) : {};
  if (!known) throw new Complaint(`State folder ${paths.folder} is damaged: its ${paths.passwords} cannot be read. ${afresh(paths.folder)}`);
  const missing = logins.filter((login) => known[login] === undefined);
  const all = { ...known, ...Object.fromEntries(missing.map((login) => [login, randomBytes(24).toString('base64url')])) };
  if (missing.length > 0) writePrivateFile(paths.passwords, `${JSON.stringify(all, undefined, 2)}\n`);
  return all as Passwords<Login>;
}

function parse(text: string): Readonly<Record<string, string>> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isRecord(parsed) && Object.values(parsed).every((value) => typeof value === 'string')
      ? (parsed as Readonly<Record<string, string>>)
      : undefined;
  } catch {
    return undefined;
  }
}
