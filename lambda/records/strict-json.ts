import { isRecord } from '../shared/record';
import { refuse, type Refused } from './refusals';

/** A parsed body: an object of plain JSON values. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A parsed body or the rule it broke. */
export type ParsedJson = { readonly kind: 'parsed'; readonly value: JsonObject } | Refused;

const MAX_DEPTH = 8;

// Assigning one of these from a parsed object can change what every object inherits.
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/** NUL ends a text in PostgreSQL; a lone surrogate is no character and becomes another one when encoded. */
const FORBIDDEN_CHARACTER = /\0|\p{Surrogate}/u;

/**
 * Parses a JSON object more strictly than JSON.parse: one meaning for one body, or none. Refuses nesting deeper than 8, a key given twice
 * (JSON.parse keeps the last, other readers the first), keys that reach a prototype, characters that cannot be stored as sent, and
 * numbers that would change value.
 */
export function parseStrictJson(text: string): ParsedJson {
  const fault = scanStructure(text);
  if (fault) return fault;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The error quotes the body, so it ends here.
    return refuse('body_not_json');
  }
  if (!isRecord(value)) return refuse('body_not_object');
  return checkValues(value) ?? { kind: 'parsed', value };
}

interface Frame {
  readonly keys: Set<string> | undefined;
  expectsKey: boolean;
}

/** One pass over the text before anything is built: depth and keys, which no reviver can see. Anything odd is left to JSON.parse. */
function scanStructure(text: string): Refused | undefined {
  const stack: Frame[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const frame = stack.at(-1);
    const character = text.charAt(at);
    switch (character) {
      case '{':
      case '[':
        if (stack.length === MAX_DEPTH) return refuse('body_too_deep');
        stack.push(character === '{' ? { keys: new Set(), expectsKey: true } : { keys: undefined, expectsKey: false });
        break;
      case '}':
      case ']':
        stack.pop();
        break;
      case ',':
        if (frame?.keys) frame.expectsKey = true;
        break;
      case '"': {
        const end = endOfString(text, at);
        if (frame?.keys && frame.expectsKey) {
          const fault = checkKey(text.slice(at, end + 1), frame.keys);
          if (fault) return fault;
          frame.expectsKey = false;
        }
        at = end;
        break;
      }
      default:
        break;
    }
  }
  return undefined;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

function checkKey(quoted: string, seen: Set<string>): Refused | undefined {
  let key: unknown;
  try {
    // Decoded, so that an escaped spelling of a key is the same key.
    key = JSON.parse(quoted);
  } catch {
    return refuse('body_not_json');
  }
  if (typeof key !== 'string') return refuse('body_not_json');
  if (FORBIDDEN_KEYS.has(key)) return refuse('body_forbidden_key');
  if (FORBIDDEN_CHARACTER.test(key)) return refuse('body_forbidden_character');
  if (seen.has(key)) return refuse('body_duplicate_key');
  seen.add(key);
  return undefined;
}

function checkValues(value: unknown): Refused | undefined {
  if (typeof value === 'string') return FORBIDDEN_CHARACTER.test(value) ? refuse('body_forbidden_character') : undefined;
  if (typeof value === 'number')
    return (Number.isInteger(value) && !Number.isSafeInteger(value)) || !Number.isFinite(value) ? refuse('body_number') : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const inner of Object.values(value)) {
    const fault = checkValues(inner);
    if (fault) return fault;
  }
  return undefined;
}
