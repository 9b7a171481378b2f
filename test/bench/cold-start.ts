import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { RECORDS_ENVIRONMENT } from '../../lambda/records/contract';
import { BUNDLE_OPTIONS, withFunctionBundle } from '../../lib/shared/function-bundles';
import { progress, type Figure } from './figures';

const ROOT = join(__dirname, '..', '..');
const CACHE = join(ROOT, '.cache', 'bench-api');
const POPULAR = join(CACHE, 'popular');

/** The stack that such services are usually made of. Not dependencies of this project: they are installed beside it, when asked for. */
const POPULAR_PACKAGES = {
  '@aws-crypto/client-node': '5.0.2',
  '@aws-lambda-powertools/logger': '2.36.0',
  '@aws-lambda-powertools/metrics': '2.36.0',
  '@aws-lambda-powertools/tracer': '2.36.0',
  '@aws-sdk/client-kms': '3.1162.0',
  '@aws-sdk/rds-signer': '3.1169.0',
  '@hono/zod-openapi': '1.6.3',
  hono: '4.13.19',
  kysely: '0.28.18',
  zod: '4.6.7',
} as const;

/** What the records function loads at its first request at the latest; `loaded` settles when all of it is. */
const WHOLE = `
  export * from './lambda/records/handler';
  export const loaded = Promise.all([
    import('./lambda/records/adapters/kms-sdk'), import('./lambda/records/adapters/signing'), import('./lambda/shared/rds-signer-sdk'),
  ]);`;

interface Bundle {
  readonly name: string;
  readonly file: string;
  readonly bytes: number;
}

/** Sizes of bundles, and what loading each of them takes, in processes of their own, in turns. */
export function measureColdStart(rounds: number): readonly Figure[] {
  mkdirSync(CACHE, { recursive: true });
  const deployed = { name: 'records, as deployed', file: join(CACHE, 'records.js') };
  withFunctionBundle('records', (folder) => copyFileSync(join(folder, 'index.js'), deployed.file));
  const start: Bundle = { ...deployed, bytes: statSync(deployed.file).size };
  const whole = bundle('records, with all it loads later', WHOLE, ROOT);
  const popular = hasPopular() ? bundle('the popular stack', popularProgram(), POPULAR) : undefined;
  const bundles = [start, whole, ...(popular ? [popular] : [])];
  const samples = new Map(bundles.map(({ name }) => [name, { cpu: [] as number[], wall: [] as number[] }]));
  for (let round = 0; round < rounds; round += 1) {
    progress(`cold start, round ${round + 1} of ${rounds}`);
    for (const { name, file } of bundles) {
      const { cpu, wall } = load(file);
      samples.get(name)?.cpu.push(cpu);
      samples.get(name)?.wall.push(wall);
    }
  }
  const figuresOf = (what: 'cpu' | 'wall', label: string): Figure[] => {
    const figures = bundles.map(({ name }) => ({ name: `${label} ${name}`, samples: samples.get(name)?.[what] ?? [] }));
    const against = popular && figures.at(-1);
    return figures.map((figure) => (against && figure !== against ? { ...figure, against, target: 0.5 } : figure));
  };
  const size: Figure = { name: `size of ${start.name}`, samples: [start.bytes / 1_000], unit: 'KB', target: 700 };
  const ofPopular: Figure | undefined = popular && { name: `size of ${popular.name}`, samples: [popular.bytes / 1_000], unit: 'KB' };
  return [size, ...(ofPopular ? [ofPopular] : []), ...figuresOf('cpu', 'CPU to load'), ...figuresOf('wall', 'time to load')];
}

/**
 * Installs the popular stack into a cache folder, without running its scripts.
 *
 * @throws Error when npm fails.
 */
export function installPopular(): void {
  mkdirSync(POPULAR, { recursive: true });
  writeFileSync(join(POPULAR, 'package.json'), JSON.stringify({ private: true, dependencies: POPULAR_PACKAGES }));
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: POPULAR, stdio: 'inherit' });
}

function popularProgram(): string {
  const names = Object.keys(POPULAR_PACKAGES).filter((name) => name !== 'zod');
  return [
    ...names.map((name, at) => `import * as p${at} from '${name}';`),
    // Handed out, so that none of it is left out as unused.
    `export const loaded = [${names.map((_, at) => `p${at}`).join()}];`,
  ].join('\n');
}

/** Bundled as functions are deployed. */
function bundle(name: string, contents: string, resolveDir: string): Bundle {
  const file = join(CACHE, `${name.replace(/\W+/g, '-')}.js`);
  const { outputFiles } = buildSync({
    ...BUNDLE_OPTIONS,
    absWorkingDir: resolveDir,
    stdin: { contents, resolveDir, loader: 'ts' },
    outfile: file,
    write: false,
  });
  const [output] = outputFiles;
  if (!output) throw new Error(`${name} was not bundled.`);
  writeFileSync(file, output.contents);
  return { name, file, bytes: output.contents.length };
}

/** Milliseconds from before a bundle is loaded until it is. */
function load(file: string): { readonly cpu: number; readonly wall: number } {
  const program = `
    const [cpu, wall] = [process.cpuUsage(), performance.now()];
    Promise.resolve(require(${JSON.stringify(file)}).loaded).then(() => {
      const { user, system } = process.cpuUsage(cpu);
      require('node:fs').writeSync(1, JSON.stringify({ cpu: (user + system) / 1000, wall: performance.now() - wall }));
      process.exit();
    });`;
  const variables = Object.fromEntries(RECORDS_ENVIRONMENT.map((name) => [name, name === 'DATABASE_PORT' ? '5432' : name]));
  const env = { ...variables, AWS_REGION: 'us-east-1', NODE_NO_WARNINGS: '1', POWERTOOLS_DEV: 'false', POWERTOOLS_TRACE_ENABLED: 'false' };
  return JSON.parse(execFileSync(process.execPath, ['--eval', program], { encoding: 'utf8', env })) as { cpu: number; wall: number };
}

/** Whether the popular stack was there to be compared with. */
export function hasPopular(): boolean {
  return existsSync(join(POPULAR, 'node_modules'));
}
