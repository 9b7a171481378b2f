import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync } from 'node:fs';
import { userInfo } from 'node:os';

/** An account of this machine. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

const NAME = 'postgres';

/**
 * The account PostgreSQL has to run under where this process is root, since the server refuses to be root; made if there is none yet.
 *
 * @returns undefined where this process is not root: then the server runs as it does.
 */
export function serverAccount(): Account | undefined {
  if (userInfo().uid !== 0) return undefined;
  const known = findAccount();
  if (known) return known;
  try {
    execFileSync('groupadd', ['--force', NAME], { stdio: 'ignore' });
    execFileSync('useradd', ['--gid', NAME, NAME], { stdio: 'ignore' });
  } catch {
    // Two processes that start together may both try; the one that loses finds the account below.
  }
  const made = findAccount();
  if (!made) throw new Error(`PostgreSQL does not run as root, and no account "${NAME}" could be made. Run as another user.`);
  return made;
}

/** Lets the server's account pass through a private folder of root's, without letting it list the folder. */
export function letThrough(folder: string, { gid }: Account): void {
  chownSync(folder, 0, gid);
  chmodSync(folder, 0o710);
}

function findAccount(): Account | undefined {
  try {
    const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, NAME], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })));
    return uid === undefined || gid === undefined ? undefined : { uid, gid };
  } catch {
    return undefined;
  }
}
