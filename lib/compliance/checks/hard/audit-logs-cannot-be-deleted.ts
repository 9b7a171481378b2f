import type { Check } from '../../check';
import { judgeEach, type Fault } from '../../judge';
import { bucketsOf, isEvidence } from '../../kinds';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { grantsOf, identitiesAllowed, isBreakGlass, reaches } from '../../policy/grants';
import type { Identity } from '../../policy/identities';
import { isRefused } from '../../policy/refusals';
import { policyOf } from '../../policy/resource-policies';
import type { Statement } from '../../policy/statement';

const OF_OBJECTS = [
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:BypassGovernanceRetention',
  's3:PutObjectRetention',
  's3:PutObjectLegalHold',
];
const OF_BUCKET = [
  's3:DeleteBucket',
  's3:PutLifecycleConfiguration',
  's3:PutBucketObjectLockConfiguration',
  's3:PutBucketVersioning',
  's3:PutBucketPolicy',
  's3:DeleteBucketPolicy',
];
const OF_GROUP = ['logs:DeleteLogGroup', 'logs:DeleteLogStream', 'logs:PutRetentionPolicy'];
const OF_TRAIL = ['cloudtrail:StopLogging', 'cloudtrail:DeleteTrail', 'cloudtrail:UpdateTrail', 'cloudtrail:PutEventSelectors'];

/** Who can take away what shows who did what: nobody that a template knows, but break-glass, whose every use is told. */
export const auditLogsCannotBeDeleted: Check = {
  id: 'hard/audit-logs-cannot-be-deleted',
  claim:
    'no role but break-glass may delete, unlock or shorten an archive, an audit log group or the trail, under whatever condition; what a policy of AWS’s grants, the archive refuses',
  citations: ['164.312(b)', '164.312(c)(1)', '164.316(b)(2)(i)'],
  severity: 'fatal',
  evaluate: (environment) => {
    const buckets = bucketsOf(environment, 'trailArchive', 'auditArchive', 'incidents', 'accessLogs', 'loadBalancerLogs', 'config');
    const groups = environment.of('AWS::Logs::LogGroup').filter((group) => isEvidence(environment, group));
    return judgeEach([...buckets, ...groups, ...environment.of('AWS::CloudTrail::Trail')], '164.312(b)', (store) => [
      ...callsOf(environment, store).flatMap(({ action, resource }) => [
        ...granted(environment, store, action, resource),
        ...allowedAt(environment, store, action, resource),
      ]),
    ]);
  },
};

function callsOf(environment: EnvironmentModel, store: Resource): readonly { readonly action: string; readonly resource: string }[] {
  const arn = environment.arnOf(store);
  const each = (actions: readonly string[], resource: string) => actions.map((action) => ({ action, resource }));
  if (store.type === 'AWS::S3::Bucket') return [...each(OF_OBJECTS, `${arn}/*`), ...each(OF_BUCKET, arn)];
  return store.type === 'AWS::Logs::LogGroup' ? [...each(OF_GROUP, arn), ...each(OF_GROUP, arn.replace(/:\*$/, ''))] : each(OF_TRAIL, arn);
}

function granted(environment: EnvironmentModel, store: Resource, action: string, resource: string): readonly Fault[] {
  return identitiesAllowed(environment, action)
    .filter((identity) => !isBreakGlass(identity.arn) && mayTake(environment, store, identity, action, resource))
    .map(({ role }) => ({ property: 'access', value: `${role.name} may ${action}`, expected: 'nobody but break-glass' }));
}

/** AWS's own policies cannot leave our stores out, so there the store has to refuse; a policy of our own does not grant it at all. */
function mayTake(environment: EnvironmentModel, store: Resource, identity: Identity, action: string, resource: string): boolean {
  const grants = grantsOf(identity, action, resource);
  return (
    grants.some((grant) => identity.own.includes(grant)) ||
    (grants.length > 0 && !isRefused(environment, policyOf(environment, store), identity, action, resource))
  );
}

function allowedAt(environment: EnvironmentModel, store: Resource, action: string, resource: string): readonly Fault[] {
  return policyOf(environment, store)
    .filter((statement) => statement.effect === 'Allow' && reaches(statement, action, resource) && !isOfBreakGlass(statement))
    .map(({ label }) => ({ property: `policy ${label}`, value: `allows ${action}`, expected: 'nobody but break-glass' }));
}

function isOfBreakGlass({ principal }: Statement): boolean {
  return typeof principal === 'object' && Object.entries(principal).every(([kind, names]) => kind === 'AWS' && names.every(isBreakGlass));
}
