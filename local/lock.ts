import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { isRecord } from '../lambda/shared/record';
import { Complaint } from './complaint';

/** Who holds a state folder, and where its database can be reached meanwhile. */
export interface Holder {
  readonly pid: number;
  /** Absent until it is up. */
  readonly database?: AnnouncedDatabase;
}

/** How another command of the same account reaches the database: passwords it takes from the state folder. */
export interface AnnouncedDatabase {
  readonly port: number;
  /** The authority to trust, in PEM. */
  readonly trust: readonly string[];
}

/** A held lock. */
export interface Lock {
  /** Tells other commands where the database is. */
  announce(database: AnnouncedDatabase): void;
  release(): void;
}

/** The process that holds a lock file; undefined when there is none, or only one that a killed process left behind. */
export function holderOf(file: string): Holder | undefined {
  const holder = parseHolder(readText(file));
  return holder && isAlive(holder.pid) ? holder : undefined;
}

/**
 * Takes a lock that ends with this process, however it ends.
 *
 * @throws Complaint when another process holds it.
 */
export function takeLock(file: string, what: string): Lock {
  const draft = `${file}.${randomBytes(8).toString('hex')}`;
  const write = (holder: Holder): void => {
    writeFileSync(draft, JSON.stringify(holder), { mode: 0o600 });
  };
  write({ pid: process.pid });
  try {
    // A hard link is refused where the name is taken; a rename is not.
    while (!tryLink(draft, file)) {
      const found = readText(file);
      const holder = holderOf(file);
      if (holder) {
        throw new Complaint(
          `${what} is in use by process ${holder.pid}. Stop that one first, or name another folder with --data. ` +
            `If that process is something else, delete ${file}.`,
        );
      }
      removeIfStill(file, found);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  return {
    announce: (database) => {
      write({ pid: process.pid, database });
      renameSync(draft, file);
    },
    release: () => rmSync(file, { force: true }),
  };
}

function tryLink(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (isRecord(error) && error['code'] === 'EEXIST') return false;
    throw error;
  }
}

/** Between reading a stale lock and removing it, another process may have replaced it by its own: then that one is put back. */
function removeIfStill(file: string, stale: string | undefined): void {
  const aside = `${file}.${randomBytes(8).toString('hex')}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (readText(aside) !== stale) tryLink(aside, file);
  rmSync(aside, { force: true });
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function parseHolder(text: string | undefined): Holder | undefined {
  try {
    const parsed: unknown = JSON.parse(text ?? '');
    const { pid, database } = isRecord(parsed) ? parsed : {};
    if (typeof pid !== 'number') return undefined;
    const { port, trust } = isRecord(database) ? database : {};
    if (typeof port !== 'number' || !Array.isArray(trust) || !trust.every((pem) => typeof pem === 'string')) return { pid };
    return { pid, database: { port, trust } };
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // The process of another account may not be signalled, which shows that it is there.
    return isRecord(error) && error['code'] === 'EPERM';
  }
}
