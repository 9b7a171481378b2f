import { parseSqlState, type SqlState } from './sql-state';
import { parseUuid, type Uuid } from './uuid';

/**
 * The kinds of value a log line can hold: one of a closed list of codes, a UUID, a SQLSTATE, a number, a boolean.
 * There is no kind for text, so a payload, a token, an event or an error's message has nowhere to go.
 */
type FieldKind = readonly string[] | 'uuid' | 'sqlstate' | 'number' | 'boolean';

/** The fields one function may log. `event` names the kind of line and is what a metric filter matches. */
export interface LogSchema {
  readonly event: readonly string[];
  readonly [field: string]: FieldKind;
}

type FieldValue<Kind extends FieldKind> = Kind extends 'uuid'
  ? Uuid
  : Kind extends 'sqlstate'
    ? SqlState
    : Kind extends 'number'
      ? number
      : Kind extends 'boolean'
        ? boolean
        : // A list typed `string[]` would open the door to any text, so it closes the field instead.
          Kind extends readonly (infer Code extends string)[]
          ? string extends Code
            ? never
            : Code
          : never;

/** One line of a schema: `event` is required, every other field may be left out. */
export type LogLine<Schema extends LogSchema> = { readonly event: FieldValue<Schema['event']> } & {
  readonly [Field in keyof Schema]?: FieldValue<Schema[Field]> | undefined;
};

/** Writes one line. */
export type Log<Schema extends LogSchema> = (line: LogLine<Schema>) => void;

/** Takes one finished line without its newline; tests pass a collecting one. */
export type LogSink = (line: string) => void;

const standardOutput: LogSink = (line) => {
  process.stdout.write(`${line}\n`);
};

/**
 * Builds the logger of one function: 164.312(b) records without the information they are about.
 *
 * Types refuse free text at compile time. Because types are gone at run time, every value is also checked against the schema:
 * a value of another kind is left out and counted in `rejected`, and a field outside the schema is never read. Never throws.
 */
export function createLog<const Schema extends LogSchema>(schema: Schema, sink: LogSink = standardOutput): Log<Schema> {
  const fields = Object.entries(schema) as readonly (readonly [string, FieldKind])[];
  return (line) => {
    const written: Record<string, string | number | boolean> = {};
    let rejected = 0;
    for (const [name, kind] of fields) {
      const value = (line as Readonly<Record<string, unknown>>)[name];
      if (value === undefined) continue;
      const admitted = admit(kind, value);
      if (admitted === undefined) rejected += 1;
      else written[name] = admitted;
    }
    if (rejected > 0) written['rejected'] = rejected;
    try {
      sink(JSON.stringify(written));
    } catch {
      // Standard output is gone: an answer is not withheld for want of a line, and there is nowhere left to say so.
    }
  };
}

function admit(kind: FieldKind, value: unknown): string | number | boolean | undefined {
  switch (kind) {
    case 'uuid':
      return parseUuid(value);
    case 'sqlstate':
      return parseSqlState(value);
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined;
    default:
      return typeof value === 'string' && kind.includes(value) ? value : undefined;
  }
}
