import type { EnvironmentModel, Resource } from '../model/environment';
import { once, onceForText } from '../model/once';

/** Names that two environments of the same code share: no account, no Region, no environment and no generated part in them. */
export interface StableNames {
  /** `Api/RecordsApiExecutionRole`: the stack without its environment, the logical id without CDK's hash. */
  of(resource: Resource): string;
  /** A text of a policy, with what differs between environments as `{account}`, `{region}`, `{environment}`. */
  text(value: string): string;
  /** The resource part of a statement: `Data/DocumentsBucket/documents/*` where it spells a resource, {@link text} otherwise. */
  store(pattern: string): string;
}

const REFERENCES = /\$\{([\w-]+)\.(\w+)((?:\.[\w.]+)?)\}/g;
/** What CDK appends to a path to make a logical id of it. */
const HASH = /[0-9A-F]{8}$/;

/** The stable names of an environment; worked out once for each. */
export const stableNames = once((environment: EnvironmentModel): StableNames => {
  const prefix = prefixOf(environment);
  const [home, ...others] = regionsOf(environment);
  const substitutes = [
    [environment.place.account, '{account}'],
    [prefix.replace(/-$/, '') || environment.place.name, '{environment}'],
    [home, '{region}'],
    [home?.replaceAll('-', ''), '{region}'],
    ...others.map((region) => [region, '{other region}'] as const),
  ].flatMap(([word, placeholder]) => (word ? [{ word, whole: wholeWord(word), placeholder: placeholder ?? '' }] : []));
  const ids = countedIds(environment, prefix);
  const named = (stack: string, logicalId: string): string => {
    const short = `${stack.slice(prefix.length)}/${logicalId.replace(HASH, '')}`;
    // Two that differ by nothing but the hash keep it.
    return (ids.get(short) ?? 0) > 1 ? `${stack.slice(prefix.length)}/${logicalId}` : short;
  };
  const text = onceForText((value) => {
    const written = value.replace(
      REFERENCES,
      (_, stack: string, logicalId: string, attribute: string) => named(stack, logicalId) + attribute,
    );
    return substitutes.reduce(
      (sofar, { word, whole, placeholder }) => (sofar.includes(word) ? sofar.replace(whole, placeholder) : sofar),
      written,
    );
  });
  const of = ({ stack, logicalId }: Resource): string => named(stack, logicalId);
  return {
    of,
    text,
    store: onceForText((pattern) => {
      const resource = environment.at(pattern);
      const arn = resource && environment.arnOf(resource);
      return resource && arn !== undefined && pattern.startsWith(arn) ? of(resource) + text(pattern.slice(arn.length)) : text(pattern);
    }),
  };
});

function countedIds(environment: EnvironmentModel, prefix: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { stack, logicalId } of environment.all) {
    const short = `${stack.slice(prefix.length)}/${logicalId.replace(HASH, '')}`;
    counts.set(short, (counts.get(short) ?? 0) + 1);
  }
  return counts;
}

/** The name of the environment, or what all stack names begin with, up to a hyphen; nothing for a single stack of another name. */
function prefixOf({ place, stacks }: EnvironmentModel): string {
  const [first = '', ...rest] = stacks.map(({ stack }) => stack);
  if ([first, ...rest].every((name) => name.startsWith(`${place.name}-`))) return `${place.name}-`;
  let length = rest.length === 0 ? 0 : first.length;
  while (length > 0 && !(first[length - 1] === '-' && rest.every((name) => name.startsWith(first.slice(0, length))))) length -= 1;
  return first.slice(0, length);
}

/** Regions of the stacks, the one that most of them are in first. */
function regionsOf({ stacks }: EnvironmentModel): readonly string[] {
  const count = (region: string): number => stacks.filter((stack) => stack.region === region).length;
  return [...new Set(stacks.map(({ region }) => region))].sort((a, b) => count(b) - count(a) || (a < b ? -1 : 1));
}

function wholeWord(word: string): RegExp {
  return new RegExp(`(?<![A-Za-z0-9])${word.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')}(?![A-Za-z0-9])`, 'g');
}
