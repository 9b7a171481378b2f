import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { migrationsSha256, readMigrations } from '../../../lambda/migrate/files';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'migrations-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const write = (files: Readonly<Record<string, string>>): void => {
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(directory, name), content);
};
const digestOf = (files: Readonly<Record<string, string>>): string => {
  rmSync(directory, { recursive: true });
  directory = mkdtempSync(path.join(tmpdir(), 'migrations-'));
  write(files);
  return migrationsSha256(readMigrations(directory));
};

describe('the migration files', () => {
  it('are read in the order of their numbers', () => {
    write({ '0010-c.sql': 'c', '0002-b.sql': 'b', '0001-a.sql': 'a' });
    expect(readMigrations(directory).map(({ name }) => name)).toEqual(['0001-a.sql', '0002-b.sql', '0010-c.sql']);
  });

  it.each(['1-roles.sql', '0001_roles.sql', '0001-Roles.sql', '0001-roles.SQL', '0001-roles.sql.bak', '0001-.sql', '.DS_Store'])(
    'are refused when one is named %s',
    (name) => {
      write({ '0002-good.sql': '', [name]: '' });
      expect(() => readMigrations(directory)).toThrow('migration_name_invalid');
    },
  );

  it('are refused when two have one number', () => {
    write({ '0001-a.sql': '', '0001-b.sql': '' });
    expect(() => readMigrations(directory)).toThrow('migration_number_repeated');
  });

  it('are refused when there are none', () => {
    expect(() => readMigrations(directory)).toThrow('migrations_missing');
  });

  it('of the repository can be read', () => {
    expect(readMigrations()[0]).toMatchObject({ name: '0001-roles.sql', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
  });
});

describe('the digest of the migrations', () => {
  const base = { '0001-a.sql': 'SELECT 1;\n', '0002-b.sql': 'SELECT 2;\n' };

  it('is the same for the same files, whatever their line ends', () => {
    expect(digestOf({ '0002-b.sql': 'SELECT 2;\r\n', '0001-a.sql': 'SELECT 1;\r\n' })).toBe(digestOf(base));
  });

  it.each([
    ['is edited', { ...base, '0002-b.sql': 'SELECT 3;\n' }],
    ['gains a space', { ...base, '0002-b.sql': 'SELECT 2; \n' }],
    ['is renamed', { '0001-a.sql': base['0001-a.sql'], '0002-c.sql': base['0002-b.sql'] }],
    ['is added', { ...base, '0003-c.sql': '' }],
    ['is removed', { '0001-a.sql': base['0001-a.sql'] }],
    ['takes over a part of the next', { '0001-a.sql': 'SELECT 1;\nSELECT 2;\n', '0002-b.sql': '' }],
  ])('changes when a file %s', (_, files) => {
    expect(digestOf(files)).not.toBe(digestOf(base));
  });
});
