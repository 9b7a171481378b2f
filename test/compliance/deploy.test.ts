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

it.each(REFUSALS.filter(({ check }) => check === 'deploy/log-buckets-can-be-delivered-to'))('refuses $what', ({ check, change }) => {
  expect(judge(changed('prod', change), check).verdict).toMatchObject({ state: 'unmet' });
});
