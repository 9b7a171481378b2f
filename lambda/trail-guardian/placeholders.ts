/** `${Stack.LogicalId}` in a text of the template: a value that only a deploy knows. */
const PLACEHOLDER = /\$\{[^}]+\}/g;

/**
 * What stands for the values that only a deploy knows: each takes the value of the place where it is first met, and has to have the same in
 * every other place. So a trail that was turned to another bucket is noticed by its event selectors, which name the first one.
 */
export class Placeholders {
  private readonly values = new Map<string, string>();

  /** Whether a live value is the expected one; learns what the placeholders in it stand for where it is. */
  matches(expected: string, live: string): boolean {
    const names = expected.match(PLACEHOLDER) ?? [];
    if (names.length === 0) return expected === live;
    const literal = expected.split(PLACEHOLDER).map((part) => part.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&'));
    const found = new RegExp(`^${literal.join('([^:/]+)')}$`).exec(live)?.slice(1);
    const learnt = new Map(this.values);
    const isSame = found?.every((value, at) => {
      const name = names[at] ?? '';
      const known = learnt.get(name) ?? value;
      learnt.set(name, known);
      return known === value;
    });
    if (isSame !== true) return false;
    for (const [name, value] of learnt) this.values.set(name, value);
    return true;
  }

  /** What is known of a text: with values for the placeholders that have one. */
  fill(expected: string): string {
    return expected.replace(PLACEHOLDER, (name) => this.values.get(name) ?? name);
  }

  /** Whether everything in a text is known. */
  knows(expected: string): boolean {
    return (expected.match(PLACEHOLDER) ?? []).every((name) => this.values.has(name));
  }

  /** What was taken from the live trail, as nothing else says it: placeholder to value. */
  get learnt(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.values);
  }
}
