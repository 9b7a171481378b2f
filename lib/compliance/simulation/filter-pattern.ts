import { compileTerms, sampleText } from './term-pattern';

/** Whether a log line matches: parsed where it is JSON, otherwise its text. */
export type LineMatcher = (line: unknown) => boolean;

/** CloudWatch Logs refuses a longer pattern. */
export const MAX_PATTERN_LENGTH = 1024;

type Node =
  | { readonly kind: 'any' | 'all'; readonly of: readonly Node[] }
  | { readonly kind: 'absent'; readonly selector: string }
  | { readonly kind: 'keyword'; readonly selector: string; readonly value: boolean | null }
  | { readonly kind: 'compare'; readonly selector: string; readonly operator: string; readonly operand: string };

/**
 * Compiles a CloudWatch Logs filter pattern: of terms, or for JSON lines `{ ($.a = "x*") && ($.b NOT EXISTS) || ($.c.d > 3) }`, which
 * matches no other line.
 *
 * A comparison on a field that the line does not have matches nothing, `!=` included: CloudWatch does not document that
 * case, so no detection may rest on it.
 *
 * @throws Error on a pattern that it cannot read, or that CloudWatch would refuse for its length
 */
export function compileFilterPattern(pattern: string): LineMatcher {
  if (!isForJson(pattern)) {
    const matches = compileTerms(pattern);
    return (line) => matches(typeof line === 'string' ? line : JSON.stringify(line));
  }
  const matches = compile(parse(pattern));
  return (line) => typeof line !== 'string' && matches(line);
}

/**
 * A line that a pattern must match: the first way through each alternative, every comparison met by the value next to its bound.
 *
 * @throws Error as {@link compileFilterPattern}.
 */
export function sampleLine(pattern: string): Readonly<Record<string, unknown>> | string {
  if (!isForJson(pattern)) return sampleText(pattern);
  const line: Record<string, unknown> = {};
  fill(parse(pattern), line);
  return line;
}

function isForJson(pattern: string): boolean {
  if (pattern.length > MAX_PATTERN_LENGTH)
    throw new Error(`The pattern is ${pattern.length} characters long; CloudWatch Logs takes ${MAX_PATTERN_LENGTH}.`);
  return /^\s*\{/.test(pattern);
}

function parse(pattern: string): Node {
  const inner = /^\s*\{(.*)\}\s*$/s.exec(pattern)?.[1];
  if (inner === undefined) throw new Error(`Not a pattern for JSON lines: ${pattern}`);
  return new Parser(tokensOf(inner)).whole();
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

  whole(): Node {
    const node = this.either();
    if (this.next < this.tokens.length) throw new Error(`Unexpected ${this.tokens[this.next]}.`);
    return node;
  }

  private either(): Node {
    const of = [this.both()];
    while (this.accept('||')) of.push(this.both());
    return { kind: 'any', of };
  }

  private both(): Node {
    const of = [this.term()];
    while (this.accept('&&')) of.push(this.term());
    return { kind: 'all', of };
  }

  private term(): Node {
    if (!this.accept('(')) return this.comparison();
    const inner = this.either();
    if (!this.accept(')')) throw new Error('A parenthesis is not closed.');
    return inner;
  }

  private comparison(): Node {
    const selector = this.take();
    const operator = this.take();
    const operand = this.take();
    stepsOf(selector);
    if (operator === 'NOT' && operand === 'EXISTS') return { kind: 'absent', selector };
    if (operator === 'IS') {
      const value = { TRUE: true, FALSE: false, NULL: null }[operand];
      if (value === undefined) throw new Error(`Unknown keyword ${operand}.`);
      return { kind: 'keyword', selector, value };
    }
    if (!['=', '!=', '>', '<', '>=', '<='].includes(operator)) throw new Error(`Unknown operator ${operator}.`);
    return { kind: 'compare', selector, operator, operand: operand.startsWith('"') ? (JSON.parse(operand) as string) : operand };
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

/** Reads selectors and patterns once: a filter is tried on hundreds of lines. */
function compile(node: Node): LineMatcher {
  switch (node.kind) {
    case 'any':
    case 'all': {
      const inner = node.of.map(compile);
      const [only] = inner;
      if (only && inner.length === 1) return only;
      return node.kind === 'any' ? anyOf(inner) : allOf(inner);
    }
    case 'absent': {
      const select = selectorOf(node.selector);
      return (line) => select(line) === undefined;
    }
    case 'keyword': {
      const select = selectorOf(node.selector);
      return (line) => select(line) === node.value;
    }
    case 'compare': {
      const select = selectorOf(node.selector);
      const holds = comparisonOf(node.operator, node.operand);
      return (line) => {
        const value = select(line);
        return (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') && holds(value);
      };
    }
  }
}

function anyOf(inner: readonly LineMatcher[]): LineMatcher {
  return (line) => {
    for (const matches of inner) if (matches(line)) return true;
    return false;
  };
}

function allOf(inner: readonly LineMatcher[]): LineMatcher {
  return (line) => {
    for (const matches of inner) if (!matches(line)) return false;
    return true;
  };
}

function comparisonOf(operator: string, wanted: string): (value: string | number | boolean) => boolean {
  const limit = Number(wanted);
  switch (operator) {
    case '=':
      return textMatcher(wanted);
    case '!=': {
      const isText = textMatcher(wanted);
      return (value) => !isText(value);
    }
    case '>':
      return (value) => Number(value) > limit;
    case '<':
      return (value) => Number(value) < limit;
    case '>=':
      return (value) => Number(value) >= limit;
    default:
      return (value) => Number(value) <= limit;
  }
}

function textMatcher(pattern: string): (value: string | number | boolean) => boolean {
  if (!pattern.includes('*')) return (value) => String(value) === pattern;
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
    .join('.*');
  const expression = new RegExp(`^${source}$`, 's');
  return (value) => expression.test(String(value));
}

function fill(node: Node, line: Record<string, unknown>): void {
  switch (node.kind) {
    case 'any':
      return node.of.slice(0, 1).forEach((inner) => fill(inner, line));
    case 'all':
      return node.of.forEach((inner) => fill(inner, line));
    case 'absent':
      return;
    case 'keyword':
      return put(line, node.selector, node.value);
    case 'compare':
      return put(line, node.selector, valueFor(node.operator, node.operand));
  }
}

function valueFor(operator: string, operand: string): unknown {
  const limit = Number(operand);
  switch (operator) {
    case '=':
      return operand.replaceAll('*', '');
    case '!=':
      return `not ${operand.replaceAll('*', '')}`;
    case '>':
      return limit + 1;
    case '<':
      return limit - 1;
    default:
      return limit;
  }
}

function put(line: Record<string, unknown>, selector: string, value: unknown): void {
  const steps = [...stepsOf(selector)];
  const last = steps.pop() ?? '';
  let inside = line;
  for (const step of steps) {
    const next = inside[step];
    inside = typeof next === 'object' && next !== null ? (next as Record<string, unknown>) : (inside[step] = {} as Record<string, unknown>);
  }
  inside[last] = value;
}

function selectorOf(selector: string): (line: unknown) => unknown {
  const steps = stepsOf(selector);
  return (line) => {
    let value = line;
    for (const step of steps) value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[step] : undefined;
    return value;
  };
}

function stepsOf(selector: string): readonly string[] {
  const steps = /^\$((?:\.\w+|\[\d+\])+)$/.exec(selector)?.[1]?.match(/\w+/g);
  if (!steps) throw new Error(`Unreadable selector ${selector}.`);
  return steps;
}
