/** A CloudWatch Logs filter pattern for lines that are no JSON, read. */
interface Terms {
  readonly all: readonly string[];
  readonly any: readonly string[];
  readonly none: readonly string[];
}

const TERM = /\s*([-?]?)(?:"((?:[^"\\]|\\.)*)"|(\w+))(?=\s|$)/y;

/** What CloudWatch Logs takes in a regular expression and means the same to it and here: text, and `.*` for anything. */
const EXPRESSION = /^%((?:[\w#=@/;,-]|\.\*)+)%$/;

/**
 * Compiles a filter pattern of terms, which stand anywhere in the line in the case given: `"one phrase" word -"not this phrase"`,
 * `?"this phrase" ?"or this one"`, or one regular expression, `%text.*text%`.
 *
 * @throws Error on what it cannot read, and on `?` beside terms without it, which CloudWatch then leaves out
 */
export function compileTerms(pattern: string): (text: string) => boolean {
  const [, source] = EXPRESSION.exec(pattern) ?? [];
  if (source !== undefined) {
    const expression = new RegExp(source, 's');
    return (text) => expression.test(text);
  }
  const { all, any, none } = termsOf(pattern);
  return (text) =>
    all.every((term) => text.includes(term)) &&
    (any.length === 0 || any.some((term) => text.includes(term))) &&
    !none.some((term) => text.includes(term));
}

/**
 * The shortest text that a pattern of terms is about.
 *
 * @throws Error as {@link compileTerms}.
 */
export function sampleText(pattern: string): string {
  const [, source] = EXPRESSION.exec(pattern) ?? [];
  if (source !== undefined) return source.replaceAll('.*', '');
  const { all, any } = termsOf(pattern);
  return [...all, ...any.slice(0, 1)].join(' ');
}

function termsOf(pattern: string): Terms {
  const terms = { all: [] as string[], any: [] as string[], none: [] as string[] };
  TERM.lastIndex = 0;
  for (let end = 0; pattern.slice(end).trim() !== ''; end = TERM.lastIndex) {
    TERM.lastIndex = end;
    const [, sign, phrase, word] = TERM.exec(pattern) ?? [];
    const term = phrase === undefined ? word : phrase.replace(/\\(.)/g, '$1');
    if (!term) throw new Error(`Unreadable at: ${pattern.slice(end)}`);
    terms[sign === '-' ? 'none' : sign === '?' ? 'any' : 'all'].push(term);
  }
  const { all, any, none } = terms;
  if (any.length > 0 && all.length + none.length > 0) throw new Error(`Terms with ? stand beside others: ${pattern}`);
  if (all.length + any.length + none.length === 0) throw new Error('The pattern has no term, so that it matches everything.');
  return terms;
}
