/** What stands for an account or a Region where neither a manifest nor a template says which. */
export const SOME_ACCOUNT = '111111111111';
export const SOME_REGION = 'us-east-1';

const REGION = /\b(?:us|ca|eu|ap|sa|me|af|il|mx)-(?:gov-)?(?:north|south|east|west|central)(?:east|west)?-\d\b/g;
const ACCOUNT = /(?<=:|-)\d{12}(?=:|-|")/g;

/**
 * The account that templates are for, where no manifest says: the one they name most, since a set of templates names its own in roles, keys
 * and conditions, and another's here and there.
 */
export function accountOf(texts: readonly string[]): string {
  return mostNamed(texts, ACCOUNT) ?? SOME_ACCOUNT;
}

/** The Region that one template is for, where no manifest says: the one it names most, or else the one that all of them do. */
export function regionOf(text: string, all: readonly string[]): string {
  return mostNamed([text], REGION) ?? mostNamed(all, REGION) ?? SOME_REGION;
}

function mostNamed(texts: readonly string[], pattern: RegExp): string | undefined {
  const counts = new Map<string, number>();
  for (const text of texts) for (const [name] of text.matchAll(pattern)) counts.set(name, (counts.get(name) ?? 0) + 1);
  // By name where two are named as often, so that the answer does not depend on the order of files.
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))[0]?.[0];
}
