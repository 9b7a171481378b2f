/** Whether a log line, parsed from JSON, matches. */
export type LineMatcher = (line: unknown) => boolean;

/** CloudWatch Logs refuses a longer pattern. */
export const MAX_PATTERN_LENGTH = 1024;

/**
 * Compiles a CloudWatch Logs filter pattern for JSON lines: `{ ($.a = "x*") && ($.b NOT EXISTS) || ($.c.d > 3) }`.
 *
 * A comparison on a field that the line does not have matches nothing, `!=` included: CloudWatch does not document that
 * case, so no detection may rest on it.
 *
 * @throws Error on a pattern that it cannot read, or that CloudWatch would refuse for its length
 */
export function compileFilterPattern(pattern: string): LineMatcher {
  if (pattern.length > MAX_PATTERN_LENGTH)
    throw new Error(`The pattern is ${pattern.length} characters long; CloudWatch Logs takes ${MAX_PATTERN_LENGTH}.`);
  const inner = /^\s*\{(.*)\}\s*$/s.exec(pattern)?.[1];
  if (inner === undefined) throw new Error(`Not a pattern for JSON lines: ${pattern}`);
  const tokens = tokensOf(inner);
  const parser = new Parser(tokens);
  return parser.whole();
}

const TOKEN = /\s*(\(|\)|&&|\|\||!=|>=|<=|=|>|<|"(?:[^"\\]|\\.)*"|[^\s()=<>!&|"]+)/y;

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let end = 0; text.slice(end).trim() !== ''; end = TOKEN.lastIndex) {
    TOKEN.lastIndex = end;
    const token = TOKEN.exec(text)?.[1];
    if (token === undefined) throw new Error(`Unreadable at: ${text.slice(end)}`);
    tokens.push(token);
  }
  return tokens;
}

class Parser {
  private next = 0;

  constructor(private readonly tokens: readonly string[]) {}

  whole(): LineMatcher {
    const matcher = this.either();
    if (this.next < this.tokens.length) throw new Error(`Unexpected ${this.tokens[this.next]}.`);
    return matcher;
  }

  private either(): LineMatcher {
    const options = [this.both()];
    while (this.accept('||')) options.push(this.both());
    return (line) => options.some((option) => option(line));
  }

  private both(): LineMatcher {
    const terms = [this.term()];
    while (this.accept('&&')) terms.push(this.term());
    return (line) => terms.every((term) => term(line));
  }

  private term(): LineMatcher {
    if (!this.accept('(')) return this.comparison();
    const inner = this.either();
    if (!this.accept(')')) throw new Error('A parenthesis is not closed.');
    return inner;
  }

  private comparison(): LineMatcher {
    const selector = this.take();
    const operator = this.take();
    const operand = this.take();
    if (operator === 'NOT' && operand === 'EXISTS') return (line) => select(line, selector) === undefined;
    if (operator === 'IS') return isKeyword(selector, operand);
    return compareWith(selector, operator, operand);
  }

  private accept(token: string): boolean {
    if (this.tokens[this.next] !== token) return false;
    this.next += 1;
    return true;
  }

  private take(): string {
    const token = this.tokens[this.next];
    if (token === undefined) throw new Error('The pattern ends too early.');
    this.next += 1;
    return token;
  }
}

function isKeyword(selector: string, keyword: string): LineMatcher {
  const expected = { TRUE: true, FALSE: false, NULL: null }[keyword];
  if (expected === undefined) throw new Error(`Unknown keyword ${keyword}.`);
  return (line) => select(line, selector) === expected;
}

function compareWith(selector: string, operator: string, operand: string): LineMatcher {
  const wanted = operand.startsWith('"') ? (JSON.parse(operand) as string) : operand;
  return (line) => {
    const value = select(line, selector);
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return false;
    const [text, figure, limit] = [String(value), Number(value), Number(wanted)];
    switch (operator) {
      case '=':
        return matchesText(wanted, text);
      case '!=':
        return !matchesText(wanted, text);
      case '>':
        return figure > limit;
      case '<':
        return figure < limit;
      case '>=':
        return figure >= limit;
      case '<=':
        return figure <= limit;
      default:
        throw new Error(`Unknown operator ${operator}.`);
    }
  };
}

function matchesText(pattern: string, text: string): boolean {
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${source}$`, 's').test(text);
}

function select(line: unknown, selector: string): unknown {
  const steps = /^\$((?:\.\w+|\[\d+\])+)$/.exec(selector)?.[1]?.match(/\w+/g);
  if (!steps) throw new Error(`Unreadable selector ${selector}.`);
  return steps.reduce<unknown>(
    (value, step) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[step] : undefined),
    line,
  );
}
