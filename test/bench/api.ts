import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startCrashCluster } from '../support/crash-cluster';
import type { TestCluster } from '../support/database';
import { startRecordsApi, type RecordsApi } from '../support/records-api';
import { migratedIn, startSqlService } from '../support/sql-service';
import { hasPopular, installPopular, measureColdStart } from './cold-start';
import { startDelayProxy } from './delay-proxy';
import { printFigures, progress, type Figure } from './figures';
import { dataKeysOf, fillTrail, populate, type Treated } from './population';
import { readVariants, type ReadVariants, type VariantName } from './read-variants';
import { readWork } from './read-work';
import { takeTurns } from './turns';

/**
 * `npm run bench:api [-- --popular] [-- --reads N]`: what a read costs, as ratios within one run. Variants take turns, so that a busy
 * moment of the machine falls on all of them. Commits wait for the disk, as in production.
 *
 * `--popular` installs the stack of other such services into `.cache` and compares cold starts with it.
 */
const DECISION = join(__dirname, '..', '..', 'docs', 'decisions', '0023-where-a-read-spends-its-time.md');
const PATIENTS = 10_000;
const TRAILS = [10_000, 100_000, 1_000_000] as const;
const CLIENTS = 4;

interface Options {
  readonly popular: boolean;
  readonly reads: number;
}

function readOptions(given: readonly string[]): Options {
  const [option, value, ...rest] = given;
  if (option === undefined) return { popular: false, reads: 1_000 };
  if (option === '--popular') return { ...readOptions(given.slice(1)), popular: true };
  const reads = Number(value);
  if (option === '--reads' && Number.isInteger(reads) && reads >= 50) return { ...readOptions(rest), reads };
  throw new Error(`${given.join(' ')} is not understood; expected --popular, or --reads with a whole number of 50 or more.`);
}

function pick<Name extends VariantName>(variants: ReadVariants, ...names: readonly Name[]): Pick<ReadVariants, Name> {
  return Object.fromEntries(names.map((name) => [name, variants[name]])) as Pick<ReadVariants, Name>;
}

async function benchReads(api: RecordsApi, treated: readonly Treated[], reads: number): Promise<void> {
  const keys = dataKeysOf(api);
  const near = readVariants(api, keys);
  const proxy = await startDelayProxy(api.sql.cluster.port, 1);
  const far = readVariants(api, keys, proxy.port);
  const onLoopback = await takeTurns('loopback', reads, pick(near, 'raw', 'refusal', 'statement', 'read', 'handler'), treated);
  const withDelay = await takeTurns('1 ms away', Math.ceil(reads / 2), pick(far, 'raw', 'read', 'handler'), treated);
  await Promise.all([near.end(), far.end()]);
  const inMemory = await benchWithoutDisk(api, treated, reads, proxy.port);
  await proxy.close();
  progress('');

  const raw: Figure = { name: 'raw SELECT of the row', samples: onLoopback.raw };
  printFigures(`Reading one record of ${PATIENTS}: 8 fields, 5 of them encrypted; one connection, on loopback`, [
    raw,
    { name: 'refusal, whole handler: one audit row', samples: onLoopback.refusal, against: raw },
    { name: 'function with audit row', samples: onLoopback.statement, against: raw },
    { name: 'function with audit row, decrypted and projected', samples: onLoopback.read, against: raw, target: 3 },
    { name: 'whole handler, event in to response out', samples: onLoopback.handler, against: raw, target: 5 },
  ]);
  const farRaw: Figure = { name: 'raw SELECT of the row', samples: withDelay.raw };
  printFigures('The same with 1 ms added to a round trip', [
    farRaw,
    { name: 'function with audit row, decrypted and projected', samples: withDelay.read, against: farRaw, target: 1.4 },
    { name: 'whole handler, event in to response out', samples: withDelay.handler, against: farRaw },
  ]);
  const pair = (where: string, { raw: samples, read }: ReadSamples): readonly Figure[] => {
    const against: Figure = { name: `raw SELECT of the row, ${where}`, samples };
    return [against, { name: `function, decrypted and projected, ${where}`, samples: read, against }];
  };
  printFigures('Commits that do not wait for the disk: what of that is the software', [
    ...pair('on loopback', inMemory.near),
    ...pair('with 1 ms added', inMemory.far),
  ]);
}

interface WithoutDisk {
  readonly near: ReadSamples;
  readonly far: ReadSamples;
}

type ReadSamples = Readonly<Record<'raw' | 'read', readonly number[]>>;

/** The audited read with commits that do not wait for the disk: what of its cost is the software's. Nothing in production runs so. */
async function benchWithoutDisk(api: RecordsApi, treated: readonly Treated[], reads: number, farPort: number): Promise<WithoutDisk> {
  await api.sql.admin('ALTER ROLE records_api SET synchronous_commit = off');
  const measure = async (what: string, port?: number): Promise<ReadSamples> => {
    const variants = readVariants(api, dataKeysOf(api), port);
    const samples = await takeTurns(what, Math.ceil(reads / 2), pick(variants, 'raw', 'read'), treated);
    await variants.end();
    return samples;
  };
  try {
    return { near: await measure('without the disk'), far: await measure('without the disk, 1 ms away', farPort) };
  } finally {
    await api.sql.admin('ALTER ROLE records_api RESET synchronous_commit');
  }
}

/** Reads per second of four clients, over trails of different length in turn. */
async function benchTrails(apis: readonly (readonly [RecordsApi, readonly Treated[]])[], slices: number): Promise<void> {
  const throughput = apis.map((): number[] => []);
  const sets = apis.map(([api]) => Array.from({ length: CLIENTS }, () => readVariants(api, dataKeysOf(api))));
  for (let slice = 0; slice < slices; slice += 1) {
    progress(`trails, ${slice + 1} of ${slices}`);
    // Each trail is first in turn, so that what one slice leaves to the disk burdens no trail more than another.
    for (const turn of apis.keys()) {
      const at = (slice + turn) % apis.length;
      const treated = apis[at]?.[1] ?? [];
      const until = performance.now() + 500;
      const clients = (sets[at] ?? []).map(async ({ read }) => {
        let done = 0;
        for (; performance.now() < until; done += 1) await read(treated[Math.floor(Math.random() * treated.length)] as Treated);
        return done;
      });
      const done = (await Promise.all(clients)).reduce((sum, each) => sum + each, 0);
      // The first slice opens connections and keys.
      if (slice > 0) throughput[at]?.push(done * 2);
    }
  }
  await Promise.all(sets.flat().map((variants) => variants.end()));
  progress('');
  printTrails(`Reads per second of ${CLIENTS} clients, by length of the trail`, '/s', throughput);

  const works = [];
  for (const [api, treated] of apis) works.push(await readWork(api, treated, 500));
  printTrails('Pages that one read looks at', 'pages', works.map(({ pages }) => pages));
  printTrails('Log that one read writes', 'bytes', works.map(({ walBytes }) => walBytes));
}

/** Whether the pool of pages is mapped in large pieces, as RDS does from the large instance classes up. */
async function printHugePages(cluster: TestCluster): Promise<void> {
  const { rows } = await cluster.as('postgres', 'postgres', (client) => client.query<{ huge_pages_status: string }>('SHOW huge_pages_status'));
  console.log(
    rows[0]?.huge_pages_status === 'on'
      ? '\nHuge pages: on, as on RDS.'
      : '\nHuge pages: off, unlike RDS. A connection then maps every page at its first touch, of which a long trail has more: sysctl vm.nr_hugepages=1200 as root.',
  );
}

function printTrails(title: string, unit: string, samples: readonly (readonly number[])[]): void {
  const figures = TRAILS.map((length, at): Figure => ({ name: `${length} events`, samples: samples[at] ?? [], unit }));
  const [first] = figures;
  printFigures(title, figures.map((figure) => (first && figure !== first ? { ...figure, against: first } : figure)));
}

async function main(): Promise<void> {
  const { popular, reads } = readOptions(process.argv.slice(2));
  if (popular) installPopular();
  const cluster = await startCrashCluster(true);
  try {
    const apis: (readonly [RecordsApi, readonly Treated[]])[] = [];
    for (const length of TRAILS) {
      progress(`preparing ${PATIENTS} records and ${length} events`);
      const api = await startRecordsApi({}, () => startSqlService(() => migratedIn(Promise.resolve(cluster))));
      const treated = await populate(api, dataKeysOf(api), PATIENTS);
      await fillTrail(api, length);
      apis.push([api, treated]);
    }
    const [[api, treated] = []] = apis;
    if (api && treated) await benchReads(api, treated, reads);
    await benchTrails(apis, 25);
    await printHugePages(cluster);
    for (const [each] of apis) await each.stop();
  } finally {
    await cluster.stop();
  }
  const cold = measureColdStart(15);
  progress('');
  printFigures(`Cold start, in a process of its own, on Node ${process.versions.node}; Lambda runs Node 24`, cold);
  if (!hasPopular()) {
    const [recorded = 'There is no recorded figure.'] = /^Cold start against the popular stack: .*$/m.exec(readFileSync(DECISION, 'utf8')) ?? [];
    console.log(`\nThe popular stack is not installed and was left out; \`-- --popular\` installs and measures it. ${recorded}`);
  }
}

main().catch((error: unknown) => {
  progress('');
  console.error(error instanceof Error ? error.message : 'The benchmark failed.');
  process.exit(1);
});
