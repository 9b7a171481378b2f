import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const ROOT = join(__dirname, '..');

/** A layer imports from itself and from what stands to its left. */
const LAYERS = ['hipaa', 'config', 'shared', 'foundation', 'trail', 'network', 'data', 'identity', 'api', 'detection', 'response'];

interface SourceFile {
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly { readonly specifier: string; readonly target: string; readonly typeOnly: boolean }[];
}

function sourceFiles(): SourceFile[] {
  return ['bin', 'lib', 'lambda', 'local'].flatMap((folder) => filesBelow(join(ROOT, folder))).map((path) => {
    const text = readFileSync(path, 'utf8');
    const imports = [...text.matchAll(/(?:import (type )?[^;]*?from |import\(|require\()\s*'([^']+)'/g)].map(([, typeOnly, specifier = '']) => ({
      specifier,
      typeOnly: typeOnly !== undefined,
      target: specifier.startsWith('.') ? `${relative(ROOT, resolve(dirname(path), specifier))}${specifier.endsWith('.json') ? '' : '.ts'}` : specifier,
    }));
    return { path: relative(ROOT, path), lines: text.split('\n').length - 1, imports };
  });
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return filesBelow(path);
    return path.endsWith('.ts') ? [path] : [];
  });
}

const files = sourceFiles();
const layerOf = (path: string): number => LAYERS.indexOf(/^lib\/([a-z]+)\//.exec(path)?.[1] ?? '');
const arrows = files.flatMap(({ path, imports }) => imports.map(({ target, specifier }) => ({ from: path, to: target, specifier })));
const offenders = (breaks: (arrow: { from: string; to: string; specifier: string }) => boolean): string[] =>
  arrows.filter(breaks).map(({ from, to }) => `${from} -> ${to}`);

describe('imports', () => {
  test('point from right to left through the layers', () => {
    expect(offenders(({ from, to }) => layerOf(from) >= 0 && layerOf(to) > layerOf(from))).toEqual([]);
    expect(arrows.filter(({ from, to }) => layerOf(to) >= 0 && layerOf(to) < layerOf(from)).length).toBeGreaterThan(50);
  });

  test('take from a function nothing but its contract, what the contract digests, or what stands beside its bundle', () => {
    expect(offenders(({ from, to }) => from.startsWith('lib/') && to.startsWith('lambda/') && !/\/(contract|files|field-access)\.ts$/.test(to))).toEqual([]);
  });

  test('never bring aws-cdk-lib or a layer into a function', () => {
    expect(offenders(({ from, to }) => from.startsWith('lambda/') && /^(aws-cdk-lib|constructs|cdk-nag|lib\/)/.test(to))).toEqual([]);
  });

  test('bring nothing but functions and packages into the local run, and the local run into nothing that is deployed', () => {
    expect(arrows.filter(({ from, to }) => from.startsWith('local/') && to.startsWith('lambda/')).length).toBeGreaterThan(10);
    expect(offenders(({ from, to }) => from.startsWith('local/') && /^(aws-cdk-lib|constructs|cdk-nag|lib\/|bin\/|test\/)/.test(to))).toEqual([]);
    expect(offenders(({ from, to }) => /^(lib|lambda)\//.test(from) && to.startsWith('local/'))).toEqual([]);
  });

  test('never bring aws-cdk-lib or a layer into the judge of templates', () => {
    const judge = /^lib\/(compliance|evidence|hipaa)\//;
    expect(offenders(({ from, to }) => judge.test(from) && /^(aws-cdk-lib|constructs|cdk-nag)|^lib\/(?!compliance|evidence|hipaa)/.test(to))).toEqual([]);
    expect(offenders(({ from, to }) => /^lib\/(compliance|hipaa)\//.test(from) && to.startsWith('lib/evidence/'))).toEqual([]);
  });

  test('climb at most two folders, and meet no barrel', () => {
    expect(offenders(({ specifier }) => specifier.startsWith('../../../'))).toEqual([]);
    expect(files.filter(({ path }) => path.endsWith('/index.ts')).map(({ path }) => path)).toEqual([]);
  });

  test('form no cycle, types included', () => {
    expect(longestChains(() => true).cycles).toEqual([]);
  });

  test('load at most eight files one through the other, through the records service and the judge of templates thirteen', () => {
    // From the handler down to the codes of an error each layer is a file of its own there: composition, table, operation, page, body, field.
    // So it is from the catalogue of checks down to a verdict: table, check, list, rows, policies, identities, statement, reader.
    const isDeep = (path: string): boolean => path.startsWith('lambda/records/') || path.startsWith('lib/compliance/');
    const { chains } = longestChains(({ typeOnly }) => !typeOnly);
    const tooLong = chains.filter((chain) => chain.length > (chain.some(isDeep) ? 13 : 8));
    expect(tooLong.map((chain) => chain.join(' -> '))).toEqual([]);
  });
});

describe('files', () => {
  test('have at most 300 lines; half have at most 100, nine in ten at most 250', () => {
    expect(files.filter(({ lines }) => lines > 300).map(({ path, lines }) => `${path}: ${lines}`)).toEqual([]);
    const sorted = files.map(({ lines }) => lines).sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(100);
    expect(sorted[Math.floor(sorted.length * 0.9)]).toBeLessThanOrEqual(250);
  });

  test('that declare a stack read as a table of contents: 80 lines, no policy statement', () => {
    const stacks = files.filter(({ path }) => path.endsWith('-stack.ts'));
    expect(stacks.length).toBeGreaterThan(8);
    expect(stacks.filter(({ lines }) => lines > 80).map(({ path }) => path)).toEqual([]);
    expect(stacks.filter(({ imports }) => imports.some(({ specifier }) => specifier === 'aws-cdk-lib/aws-iam')).map(({ path }) => path)).toEqual([]);
  });
});

/** The longest chain from each file; depth-first over the project's own arrows. */
function longestChains(counts: (imported: SourceFile['imports'][number]) => boolean): { cycles: string[]; chains: string[][] } {
  const next = new Map(files.map(({ path, imports }) => [path, imports.filter(counts).map(({ target }) => target).filter((target) => target.endsWith('.ts'))]));
  const cycles: string[] = [];
  const longestFrom = new Map<string, string[]>();
  const walk = (path: string, trail: readonly string[]): string[] => {
    if (trail.includes(path)) {
      cycles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
      return [];
    }
    const known = longestFrom.get(path);
    if (known) return known;
    const tails = (next.get(path) ?? []).map((target) => walk(target, [...trail, path]));
    const chain = [path, ...tails.reduce((longest, tail) => (tail.length > longest.length ? tail : longest), [])];
    longestFrom.set(path, chain);
    return chain;
  };
  return { cycles, chains: [...next.keys()].map((path) => walk(path, [])) };
}
