import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { ENVIRONMENTS } from '../lib/config/select';
import { renderSummary } from '../lib/compliance/summary';
import { resourcesOf } from './support/assembly';

const ROOT = join(__dirname, '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** Files below a folder that end so, as paths from the root. */
function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter((path) => path.endsWith(ending) && statSync(join(ROOT, path)).isFile())
    .sort();
}

const DOCUMENTS = ['README.md', 'SECURITY.md', ...filesBelow('docs', '.md'), ...filesBelow('.github', '.md')];
const WORKFLOWS = filesBelow('.github/workflows', '.yml');

/** The anchor that GitHub gives a heading. */
function anchorOf(heading: string): string {
  return heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-');
}

/** The document without its code, in which a bracket is no link. */
function prose(document: string): string {
  return document.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');
}

describe('links', () => {
  test.each(DOCUMENTS)('of %s lead to files and headings that exist', (path) => {
    const targets = [...prose(read(path)).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target]) => target ?? []);
    const broken = targets.filter((target) => {
      if (/^(https?|mailto):/.test(target)) return false;
      const [file = '', anchor] = target.split('#');
      const place = file === '' ? join(ROOT, path) : resolve(ROOT, dirname(path), file);
      if (!existsSync(place)) return true;
      if (anchor === undefined) return false;
      return ![...readFileSync(place, 'utf8').matchAll(/^#+ (.+)$/gm)].some(([, heading]) => anchorOf(heading ?? '') === anchor);
    });
    expect(broken).toEqual([]);
  });

  test('of the README lead to every document, so that none is lost', () => {
    const reachable = new Set<string>();
    const visit = (path: string): void => {
      if (reachable.has(path) || !existsSync(join(ROOT, path))) return;
      reachable.add(path);
      if (statSync(join(ROOT, path)).isDirectory()) {
        for (const file of readdirSync(join(ROOT, path))) visit(join(path, file));
      } else if (path.endsWith('.md')) {
        for (const [, target = ''] of prose(read(path)).matchAll(/\]\(([^)#\s]+)/g)) {
          if (!/^(https?|mailto):/.test(target)) visit(relative(ROOT, resolve(ROOT, dirname(path), target)));
        }
      }
    };
    visit('README.md');
    expect([...DOCUMENTS, ...WORKFLOWS].filter((path) => !reachable.has(path) && !path.includes('template'))).toEqual([]);
  });
});

describe('what the documents say', () => {
  test.each([...DOCUMENTS, ...WORKFLOWS, '.ci/run'])('%s names only npm scripts that exist', (path) => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...read(path).matchAll(/\bnpm run (?:-s )?([a-z][\w:-]*)/g)].flatMap(([, script]) => script ?? []);
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });

  test.each(DOCUMENTS)('%s claims nothing about whoever runs it', (path) => {
    expect(read(path)).not.toMatch(/\bcompliant\b|\bcertif(ied|ies|ication)\b/i);
  });

  test('is said in the README\'s first forty lines: what it is, what it is not, the layers, where to go', () => {
    const first = read('README.md').split('\n').slice(0, 40).join('\n');
    for (const part of ['What it is not', 'npm ci && npm run synth', 'npm test', '| layer | guarantees | lives in |', 'Jump to']) {
      expect(first).toContain(part);
    }
  });

  test('prints the summary under the header that the command has', () => {
    const header = renderSummary({ environments: [], verdicts: [], acceptances: [], origins: [], context: {} }).trim();
    const words = header.split(/\s{2,}/);
    expect(words.length).toBeGreaterThan(4);
    for (const word of words) expect(read('README.md')).toContain(word);
  });

  test('counts the lines to replace as the configuration marks them', () => {
    const marked = (name: string): number => read(`lib/config/${name}.ts`).match(/\/\/ example$/gm)?.length ?? 0;
    const counts = Object.fromEntries(Object.keys(ENVIRONMENTS).map((name) => [name, marked(name)]));
    expect(counts).toEqual({ dev: 5, staging: 5, prod: 6 });
    expect(read('README.md')).toContain('Replace the five lines marked `// example`');
    expect(read('README.md')).toContain('`prod` has a sixth');
  });

  test('lists what stays of dev as the templates keep it', () => {
    const kept: Record<string, number> = {};
    for (const { stack, Type, DeletionPolicy } of resourcesOf('dev')) {
      if (DeletionPolicy === 'Retain' || DeletionPolicy === 'Snapshot') kept[`${stack} ${Type}`] = (kept[`${stack} ${Type}`] ?? 0) + 1;
    }
    // Each line stands in docs/deploying.md, "Tearing dev down": change both.
    expect(kept).toEqual({
      'Foundation AWS::KMS::Key': 12,
      'Recovery AWS::KMS::Key': 1,
      'Foundation AWS::S3::Bucket': 5,
      'Foundation AWS::S3::BucketPolicy': 5,
      'Data AWS::S3::Bucket': 1,
      'Data AWS::S3::BucketPolicy': 1,
      'Response AWS::S3::Bucket': 1,
      'Response AWS::S3::BucketPolicy': 1,
      'Data AWS::RDS::DBInstance': 1,
      'Backup AWS::Backup::BackupVault': 2,
      'Recovery AWS::Backup::BackupVault': 1,
      'Api AWS::Logs::LogGroup': 3,
      'Data AWS::Logs::LogGroup': 3,
      'Detection AWS::Logs::LogGroup': 1,
      'Network AWS::Logs::LogGroup': 1,
      'Response AWS::Logs::LogGroup': 3,
      'Trail AWS::Logs::LogGroup': 2,
    });
  });

  test('holds no absolute path of a machine', () => {
    for (const path of DOCUMENTS) expect(read(path)).not.toMatch(/(^|[\s("'`])\/(home|root|Users|work|tmp)\//m);
  });
});

describe('workflows', () => {
  const uses = WORKFLOWS.flatMap((path) =>
    [...read(path).matchAll(/^\s*(?:- )?uses: *(.+)$/gm)].map(([, reference]) => ({ path, reference: reference ?? '' })),
  );

  test('pin every action by a full commit, with its version beside it', () => {
    expect(uses.length).toBeGreaterThan(5);
    expect(uses.filter(({ reference }) => !/^[\w.-]+\/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(reference))).toEqual([]);
  });

  test('use one version of each action', () => {
    const versions = new Map<string, Set<string>>();
    for (const { reference } of uses) {
      const [action = '', version = ''] = reference.split('@');
      versions.set(action, (versions.get(action) ?? new Set()).add(version));
    }
    expect([...versions].filter(([, found]) => found.size > 1)).toEqual([]);
  });

  test.each(WORKFLOWS)('%s may read the repository and nothing else, unless a job says so', (path) => {
    expect(read(path)).toMatch(/^permissions:\n {2}contents: read\n\S*$/m);
    expect(read(path)).not.toMatch(/pull_request_target|write-all|secrets\./);
  });
});

describe('continuous integration', () => {
  test('runs the two commands of the README and no other', () => {
    const commands = read('.ci/run').split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(commands).toEqual(['set -euo pipefail', 'cd "$(dirname "${BASH_SOURCE[0]}")/.."', 'npm ci', 'npm test']);
    expect(statSync(join(ROOT, '.ci/run')).mode & 0o111).toBe(0o111);
  });
});
