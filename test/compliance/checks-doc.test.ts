import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../../bin/check';
import { strictChecks } from '../../lib/compliance/catalogue';

const page = readFileSync(join(__dirname, '..', '..', 'docs', 'checks.md'), 'utf8');
const ids: readonly string[] = strictChecks('2026-11-25').map(({ id }) => id);

describe('docs/checks.md', () => {
  it('names every group of checks, and the exit codes', () => {
    for (const group of new Set(ids.map((id) => id.split('/')[0]))) expect(page).toContain(`| \`${group}\` |`);
    for (const code of [0, 1, 2]) expect(page).toMatch(new RegExp(`^\\| ${code} \\|`, 'm'));
  });

  it('names every option of the command', () => {
    let usage = '';
    main(['--help'], { print: () => undefined, complain: (text) => (usage = text), today: '2026-11-25' });
    const options = [...usage.matchAll(/^ {2}(--\w+)/gm)].map(([, option]) => option ?? '');
    expect(options).toEqual(['--json', '--strict']);
    for (const option of options) expect(page).toContain(`\`${option}\``);
  });

  it('names only checks that there are', () => {
    const named = [...page.matchAll(/\b(?:hard|presence|strength|access|liveness|deploy|services)\/[a-z][a-z-]+/g)].map(([id]) => id);
    expect(named.length).toBeGreaterThan(2);
    expect(named.filter((id) => !ids.includes(id))).toEqual([]);
  });
});

it('gives every check an id of its own, of its group and file', () => {
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !/^(?:hard|presence|strength|access|liveness|deploy|services)\/[a-z][a-z-]*[a-z]$/.test(id))).toEqual([]);
});
