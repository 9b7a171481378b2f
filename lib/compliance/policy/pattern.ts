import { onceForText } from '../model/once';

/**
 * Whether an action or ARN pattern of a policy covers a value; IAM's wildcards are `*` and `?`.
 *
 * @param ignoreCase for actions, whose case IAM ignores.
 */
export function covers(pattern: string, value: string, ignoreCase = false): boolean {
  if (pattern === '*' || pattern === value) return true;
  if (!mayBeginAlike(pattern.charCodeAt(0), value.charCodeAt(0))) return false;
  if (isPlain(pattern)) {
    // Most patterns are plain names, and most of those differ in length already.
    return ignoreCase && pattern.length === value.length && pattern.toLowerCase() === value.toLowerCase();
  }
  return (ignoreCase ? expressionIgnoringCase : exactExpression)(pattern).test(value);
}

/** Most actions are of another service, and differ in their first letter; its case counts for some who ask, and not for others. */
function mayBeginAlike(a: number, b: number): boolean {
  return (a | UPPER_TO_LOWER) === (b | UPPER_TO_LOWER) || a === STAR || a === QUESTION_MARK;
}

const UPPER_TO_LOWER = 0x20;
const STAR = '*'.charCodeAt(0);
const QUESTION_MARK = '?'.charCodeAt(0);

/** Whether any of the patterns covers a value. */
export function anyCovers(patterns: Iterable<string>, value: string, ignoreCase = false): boolean {
  for (const pattern of patterns) if (covers(pattern, value, ignoreCase)) return true;
  return false;
}

/** Whether a pattern has no wildcard, and covers itself alone. */
export function isPlain(pattern: string): boolean {
  return !pattern.includes('*') && !pattern.includes('?');
}

const exactExpression = onceForText((pattern) => new RegExp(sourceOf(pattern), 's'));
const expressionIgnoringCase = onceForText((pattern) => new RegExp(sourceOf(pattern), 'is'));

function sourceOf(pattern: string): string {
  const source = [...pattern].map((char) => (char === '*' ? '.*' : char === '?' ? '.' : char.replace(/[\\^$.|+()[\]{}]/, '\\$&')));
  return `^${source.join('')}$`;
}

/**
 * Whether some value is covered by both patterns: `bucket/*` and `*.csv` meet in `bucket/a.csv`. Exact, over two patterns of `*` and
 * `?` each; case counts, as it does in ARNs. ARNs meet part by part, as names hold no colon: `arn:aws:logs:*:*:log-group:RDS*` is about no
 * stream of another group.
 */
export function meet(a: string, b: string): boolean {
  if (isPlain(a)) return covers(b, a);
  if (isPlain(b)) return covers(a, b);
  const start = plainStart(a, b);
  if (start === undefined) return false;
  // Whatever follows is anything.
  if (endsFreely(a) && endsFreely(b)) return true;
  const [ofA, ofB] = [ARN.exec(a), ARN.exec(b)];
  if (ofA && ofB) return ofA.slice(1).every((part, at) => meet(part, ofB[at + 1] ?? ''));
  return meetAt(a, b, new Map(), start, start);
}

/** Service, region, account, and the name within them. An object of S3 may have any name, so a wildcard may reach into it from anywhere. */
const ARN = /^(arn:[^:]*:(?!s3:)[^:]*):([^:]*):([^:]*):(.*)$/s;

/** Whether a pattern has one wildcard, a star at its end. */
function endsFreely(pattern: string): boolean {
  return pattern.indexOf('*') === pattern.length - 1 && !pattern.includes('?');
}

/** Where the first wildcard of either stands; undefined where they differ before, and meet nowhere: most ARNs do. */
function plainStart(a: string, b: string): number | undefined {
  for (let at = 0; ; at += 1) {
    const [x, y] = [a[at], b[at]];
    if (x === '*' || x === '?' || y === '*' || y === '?') return at;
    if (x !== y || x === undefined) return undefined;
  }
}

function meetAt(a: string, b: string, known: Map<number, boolean>, i: number, j: number): boolean {
  const at = i * (b.length + 1) + j;
  const cached = known.get(at);
  if (cached !== undefined) return cached;
  known.set(at, false);
  const [x, y] = [a[i], b[j]];
  const result =
    x === undefined && y === undefined
      ? true
      : x === '*'
        ? meetAt(a, b, known, i + 1, j) || (y !== undefined && meetAt(a, b, known, i, j + 1))
        : y === '*'
          ? meetAt(a, b, known, i, j + 1) || (x !== undefined && meetAt(a, b, known, i + 1, j))
          : x !== undefined && y !== undefined && (x === '?' || y === '?' || x === y) && meetAt(a, b, known, i + 1, j + 1);
  known.set(at, result);
  return result;
}
