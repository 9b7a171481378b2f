/** Texts that mean something to somebody on the way to the database and back, and nothing to the person who wrote them. */
export const HOSTILE_TEXTS: readonly string[] = [
  `'; DROP TABLE phi.patient; --`,
  `' OR '1'='1`,
  `" OR ""="`,
  '$1',
  '$$; SELECT pg_sleep(9); $$',
  '/* a */ b -- c',
  String.raw`\'; SELECT 1`,
  String.raw`\x41`,
  String.raw`E'\\000'`,
  '{a,"b",NULL}',
  '{"a":[1,null]}',
  'NULL',
  '(1,2)',
  '%s%n%x ${7*7} {{7*7}}',
  '\t\r\n\u0001\u007f',
  'Zo\u00eb \u65e5\u672c\u8a9e \u{1f600} e\u0301',
  '\u202etxet\u202c \ufeff \u2028',
];

/** Some of the texts, and what is no text: for the place of a value of any kind. */
export const HOSTILE_VALUES: readonly unknown[] = [
  ...HOSTILE_TEXTS.slice(0, 1),
  '$1',
  '{a,"b",NULL}',
  'infinity',
  '\u0661',
  ...[null, true, -1, 1.5, '', [], ['a'], [['a']], {}, { $ne: null }],
];

/** A value of a JSON body and where it is. */
export interface Leaf {
  readonly at: string;
  readonly value: unknown;
  /** The body with another value in this place. */
  readonly with: (value: unknown) => unknown;
}

/** Every value of a body, objects and arrays among them, outermost first. */
export function leavesOf(body: unknown, at = ''): readonly Leaf[] {
  if (typeof body !== 'object' || body === null) return [];
  return Object.entries(body).flatMap(([key, value]) => {
    const place = (other: unknown): unknown =>
      Array.isArray(body) ? body.map((item: unknown, index) => (String(index) === key ? other : item)) : { ...body, [key]: other };
    const inner = leavesOf(value, `${at}/${key}`).map((leaf) => ({ ...leaf, with: (other: unknown) => place(leaf.with(other)) }));
    return [{ at: `${at}/${key}`, value, with: place }, ...inner];
  });
}
