import type { Origin } from '../compliance/assembly';

/** A place in the sources, relative to the repository. */
export interface SourceLocation {
  readonly file: string;
  readonly line: number;
}

/** The sources' own frame of a stack trace: `(/anywhere/lib/shared/secure-bucket.ts:51:20)`. */
const FRAME = /\(?((?:\/|[A-Za-z]:[\\/])[^()\n]*?\.ts):(\d+):\d+\)?/g;

/** The folders that sources stand in; what comes before them is the machine's own business. */
const IN_REPOSITORY = /(?:^|\/)((?:bin|lib|local|test)\/.*)$/;

/** The one way to accept a finding: who calls it is the place that counts. */
const PASSED_THROUGH = ['lib/shared/accept-finding.ts'];

/** The innermost place of the sources in a stack trace, without the part of the path that says where they were. */
export function locationIn(trace: string): SourceLocation | undefined {
  const root = rootOf(trace);
  const frames = [...trace.matchAll(FRAME)].flatMap(([, path = '', line = '0']) => {
    const slashed = path.replaceAll('\\', '/');
    const file = root !== undefined && slashed.startsWith(root) ? slashed.slice(root.length) : IN_REPOSITORY.exec(slashed)?.[1];
    return file === undefined || file.includes('node_modules/') ? [] : [{ file, line: Number(line) }];
  });
  return frames.find(({ file }) => !PASSED_THROUGH.includes(file));
}

/** Every app is made in `bin`, by `baseline-app.ts`, which `app.ts` calls: what stands before it is where the repository was. */
function rootOf(trace: string): string | undefined {
  return /((?:\/|[A-Za-z]:[\\/])[^()\n]*?)bin[\\/](?:baseline-)?app\.ts:\d+/.exec(trace)?.[1]?.replaceAll('\\', '/');
}

/** Where each construct of a report was made. */
export function locationsOf(origins: readonly Origin[]): ReadonlyMap<string, SourceLocation> {
  const locations = new Map<string, SourceLocation>();
  for (const { path, trace } of origins) {
    const location = locationIn(trace);
    if (location && !locations.has(path)) locations.set(path, location);
  }
  return locations;
}
