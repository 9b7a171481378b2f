import type { Check } from '../../check';
import { judgeEach } from '../../judge';
import { isEvidence } from '../../kinds';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { expectKept } from '../trail/stores-outlive-their-stacks';

/** Types whose loss is a loss of PHI, of evidence, or of the key to either; a log group where it holds evidence. */
const TYPES = [
  'AWS::KMS::Key',
  'AWS::S3::Bucket',
  'AWS::Backup::BackupVault',
  'AWS::RDS::DBInstance',
  'AWS::RDS::DBCluster',
  'AWS::Cognito::UserPool',
  'AWS::Logs::LogGroup',
];

const isLost = (environment: EnvironmentModel, resource: Resource): boolean =>
  resource.type !== 'AWS::Logs::LogGroup' || isEvidence(environment, resource);

/** In production no deploy, however wrong, deletes a key, PHI or an archive. */
export const storesAreNotDeletedWithStacks: Check = {
  id: 'hard/stores-are-not-deleted-with-stacks',
  claim: 'in production no key, bucket, vault, database, user pool or audit log group is deleted with its stack or by a replacement',
  citations: ['164.308(a)(7)(i)', '164.312(c)(1)'],
  severity: 'fatal',
  evaluate: (environment) =>
    environment.isProduction
      ? judgeEach(
          TYPES.flatMap((type) => environment.of(type)).filter((resource) => isLost(environment, resource)),
          '164.308(a)(7)(i)',
          expectKept,
        )
      : { state: 'notApplicable', reason: 'the environment is a rehearsal with synthetic data, which may be given up with its stack' },
};
