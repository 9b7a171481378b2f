import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import * as path from 'node:path';
import { isRecord } from '../lambda/shared/record';
import { Complaint } from './complaint';
import { takeLock, type Lock } from './lock';
import { writePrivateFile } from './private-file';

/** Counted up when a folder of before cannot be used any more. */
const FORMAT = 1;

/** Major version of the server that made the data; another one cannot read them. */
const POSTGRES = '18';

/** Where everything of a local run is kept. */
export interface StatePaths {
  readonly folder: string;
  /** Data of PostgreSQL. */
  readonly postgres: string;
  /** Passwords of the database logins. */
  readonly passwords: string;
  /** Wraps the data keys and makes the blind indexes. */
  readonly masterKey: string;
  /** Private key that signs audit batches. */
  readonly signingKey: string;
  /** Its public half, to verify them with. */
  readonly verifyingKey: string;
  /** Exported audit batches, read-only. */
  readonly archive: string;
  /** Documents and recordings. */
  readonly objects: string;
  /** One file per role, each a header line for curl, while the service runs. */
  readonly tokens: string;
  /** Log of the service. */
  readonly log: string;
  readonly lock: string;
}

/** A state folder that this process holds. */
export interface State {
  readonly paths: StatePaths;
  /** Whether there is nothing in it yet. */
  readonly fresh: boolean;
  readonly lock: Lock;
  /** From now on a start continues with what is there; before, it begins anew. */
  complete(): void;
}

const NAMES = {
  postgres: 'postgres',
  passwords: 'passwords.json',
  masterKey: 'master.key',
  signingKey: 'audit-signing.pem',
  verifyingKey: 'audit-verifying.pem',
  archive: 'archive',
  objects: 'objects',
  tokens: 'tokens',
  log: 'service.log',
} as const;

const MARKER = 'state.json';

/** The paths below a state folder. */
export function statePaths(folder: string): StatePaths {
  const names = Object.entries({ ...NAMES, lock: 'lock.json' }).map(([name, file]) => [name, path.join(folder, file)] as const);
  // The entries are those of NAMES and the lock, which is what the type lists.
  return { folder, ...(Object.fromEntries(names) as Omit<StatePaths, 'folder'>) };
}

/**
 * Takes a state folder: made, private, if it is not there; held until the lock is released. A folder whose first start was interrupted,
 * and one that is to be reset, is emptied of what this module put there and of nothing else.
 *
 * @throws Complaint, with the folder left as it was, when it is something else, of another version, damaged, or held by another process.
 */
export function openState(folder: string, reset: boolean): State {
  const paths = statePaths(folder);
  const marker = path.join(folder, MARKER);
  const isNew = checkFolder(folder, marker);
  const complete = !isNew && readMarker(folder, marker, reset);
  if (isNew) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeMarker(marker, false);
  }
  const lock = takeLock(paths.lock, `State folder ${folder}`);
  try {
    chmodSync(folder, 0o700);
    const fresh = reset || !complete;
    if (fresh) empty(paths, marker);
    else checkParts(paths);
    return { paths, fresh, lock, complete: () => writeMarker(marker, true) };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * Takes a state folder whose first start went through, and changes nothing in it.
 *
 * @throws Complaint as {@link openState}, and when there is no such folder.
 */
export function holdState(folder: string): Pick<State, 'paths' | 'lock'> {
  const paths = statePaths(folder);
  const marker = path.join(folder, MARKER);
  if (checkFolder(folder, marker) || !readMarker(folder, marker, false)) {
    throw new Complaint(`There is no local run in ${folder} yet. Make one with npm start, or name another folder with --data.`);
  }
  checkParts(paths);
  return { paths, lock: takeLock(paths.lock, `State folder ${folder}`) };
}

/** @returns whether the folder is absent or empty. */
function checkFolder(folder: string, marker: string): boolean {
  const stat = statSync(folder, { throwIfNoEntry: false });
  if (!stat) return true;
  if (!stat.isDirectory()) throw new Complaint(`State folder ${folder} is a file. Name a folder, or nothing yet, with --data.`);
  if (existsSync(marker)) return false;
  const entries = readdirSync(folder);
  if (entries.length === 0) return true;
  throw new Complaint(
    `Folder ${folder} is not one of the local run's: it holds "${entries[0]}" and no ${MARKER}. Name an empty folder with --data.`,
  );
}

/** @returns whether a first start of this version went through. */
function readMarker(folder: string, marker: string, reset: boolean): boolean {
  const found = parseMarker(readFileSync(marker, 'utf8'));
  if (found?.format === FORMAT || reset) return found?.complete === true;
  const fault = found ? `of version ${found.format}, and this program reads version ${FORMAT}` : `damaged: its ${MARKER} cannot be read`;
  throw new Complaint(`State folder ${folder} is ${fault}. ${afresh(folder)}`);
}

function checkParts(paths: StatePaths): void {
  const needed = ['postgres', 'passwords', 'masterKey', 'signingKey'] as const;
  const missing = needed.find((name) => !existsSync(paths[name]));
  if (missing) throw new Complaint(`State folder ${paths.folder} is damaged: it has no ${NAMES[missing]}. ${afresh(paths.folder)}`);
  const version = readVersion(paths.postgres);
  if (version === POSTGRES) return;
  const fault = version === undefined ? 'is damaged: its database has no version' : `was made by PostgreSQL ${version}, and this is ${POSTGRES}`;
  throw new Complaint(`State folder ${paths.folder} ${fault}. ${afresh(paths.folder)}`);
}

/** What to do about a state that cannot be continued with. */
export function afresh(folder: string): string {
  return `Begin from nothing with: npm start -- --reset --data ${folder}`;
}

function readVersion(postgres: string): string | undefined {
  const file = path.join(postgres, 'PG_VERSION');
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}

function empty(paths: StatePaths, marker: string): void {
  writeMarker(marker, false);
  for (const name of Object.values(NAMES)) rmSync(path.join(paths.folder, name), { recursive: true, force: true });
}

function writeMarker(marker: string, complete: boolean): void {
  writePrivateFile(marker, `${JSON.stringify({ format: FORMAT, complete })}\n`);
}

function parseMarker(text: string): { readonly format: number; readonly complete: boolean } | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    const { format, complete } = isRecord(parsed) ? parsed : {};
    return typeof format === 'number' && typeof complete === 'boolean' ? { format, complete } : undefined;
  } catch {
    return undefined;
  }
}
