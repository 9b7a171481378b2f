import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKS } from '../../lib/compliance/catalogue';
import { DEPLOY_CHECKS } from '../../lib/compliance/checks/deploy/table';
import { ENVIRONMENT_NAMES } from '../support/assembly';
import { changed, judge, modelOf } from '../support/weakening';
import { REFUSALS } from './deploy/table';

describe.each(DEPLOY_CHECKS.map(({ id }) => id))('%s', (id) => {
  it('has nothing to refuse here', () => {
    for (const environment of ENVIRONMENT_NAMES) expect(judge(modelOf(environment), id)).toMatchObject({ passed: true });
  });

  it.each(REFUSALS.filter(({ check }) => check === id))('refuses $what', ({ change }) => {
    expect(judge(changed('prod', change), id).verdict).toMatchObject({ state: 'unmet' });
  });

  it('is shown by a row', () => {
    expect(REFUSALS.filter(({ check }) => check === id).length).toBeGreaterThan(0);
  });
});

it('keeps a compliance lock and an air-gapped vault out of a rehearsal', () => {
  const locked = changed('dev', (draft) =>
    draft.set('AWS::S3::Bucket', 'ArchiveTrail', 'ObjectLockConfiguration.Rule.DefaultRetention.Mode', 'COMPLIANCE'),
  );
  const gapped = changed('dev', (draft) =>
    draft.add('Backup', 'Vault', { Type: 'AWS::Backup::LogicallyAirGappedBackupVault', Properties: {} }),
  );
  for (const model of [locked, gapped])
    expect(judge(model, 'deploy/what-cannot-be-undone-is-for-production').verdict).toMatchObject({ state: 'unmet' });
});

it.each(REFUSALS.filter(({ check }) => !DEPLOY_CHECKS.some(({ id }) => id === check)))('refuses $what, by $check', ({ check, change }) => {
  expect(judge(changed('prod', change), check).verdict).toMatchObject({ state: 'unmet' });
});

describe('docs/deploy-constraints.md', () => {
  const document = readFileSync(join(__dirname, '..', '..', 'docs', 'deploy-constraints.md'), 'utf8');
  const named = [...document.matchAll(/`([a-z]+\/[a-z-]+)`/g)].map(([, id]) => id).filter((id) => id !== 'docs/policies');

  it('names every check of the group', () => {
    expect(DEPLOY_CHECKS.map(({ id }) => id).filter((id) => !named.includes(id))).toEqual([]);
  });

  it('names no check that there is not', () => {
    const ids: readonly string[] = CHECKS.map(({ id }) => id);
    expect(named.filter((id) => !ids.includes(id ?? ''))).toEqual([]);
  });

  it('says of every constraint where it shows', () => {
    const rows = document
      .split('\n')
      .filter((line) => line.startsWith('| ') && !line.startsWith('| constraint') && !line.startsWith('| ---'));
    expect(rows.length).toBeGreaterThan(90);
    expect(rows.filter((row) => row.split('|').length !== 4 || (row.split('|')[2] ?? '').trim().length < 8)).toEqual([]);
  });
});
