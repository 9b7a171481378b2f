import { decide } from '../../../lib/compliance/policy/evaluate';
import { identitiesOf, may } from '../../../lib/compliance/policy/identities';
import { policyOf } from '../../../lib/compliance/policy/resource-policies';
import { modelOf } from '../../support/weakening';

const prod = modelOf('prod');
const { account } = prod.place;
const roles = identitiesOf(prod).filter(({ role }) => /^ContainmentContain|^ContainmentRestore/.test(role.logicalId));
const nameOf = (logicalId: string): string => logicalId.replace(/^Containment(\w+?)ExecutionRole[0-9A-F]{8}$/, '$1');

const arnOf = (type: string, prefix: string): string => {
  const [found, ...others] = prod.of(type).filter(({ logicalId }) => logicalId.startsWith(prefix));
  if (!found || others.length > 0) throw new Error(`Expected one ${type} ${prefix}.`);
  return prod.arnOf(found);
};
const fn = (prefix: string): string => arnOf('AWS::Lambda::Function', prefix);
const role = (prefix: string): string => arnOf('AWS::IAM::Role', prefix);

/** The workflows that may make a call, by name. */
function whoMay(action: string, resource: string, context: Readonly<Record<string, string>> = {}): readonly string[] {
  return roles
    .filter((identity) => may(prod, identity, { action, resource, context }))
    .map(({ role: { logicalId } }) => nameOf(logicalId))
    .sort();
}

const pipeline = `arn:aws:iam::${account}:role/cdk-hnb659fds-deploy-role-${account}-us-east-1`;
const denial = prod.refOf(
  prod.of('AWS::IAM::ManagedPolicy').find(({ logicalId }) => logicalId.startsWith('ContainmentFreezeDenial')) ?? roles[0]!.role,
);
const HOLDING = ['ContainDenyBucket', 'ContainIsolateDatabase', 'ContainIsolateFunction', 'ContainRevokeRoleSessions'];
const LIFTING = HOLDING.map((name) => name.replace('Contain', 'Restore'));

describe('a workflow that contains or restores', () => {
  it('has a role of its own, within the boundary that all share', () => {
    expect(roles).toHaveLength(16);
    expect(roles.filter(({ boundary }) => boundary === undefined)).toEqual([]);
  });

  it.each([
    ['s3:PutBucketPolicy', arnOf('AWS::S3::Bucket', 'DocumentsBucket'), ['ContainDenyBucket', 'RestoreDenyBucket']],
    ['rds:ModifyDBInstance', arnOf('AWS::RDS::DBInstance', 'DatabaseInstance'), ['ContainIsolateDatabase', 'RestoreIsolateDatabase']],
    ['rds:CreateDBSnapshot', arnOf('AWS::RDS::DBInstance', 'DatabaseInstance'), ['ContainPreserveEvidence']],
    ['rds:DeleteDBInstance', arnOf('AWS::RDS::DBInstance', 'DatabaseInstance'), []],
    ...([
      ['guardduty:UpdateDetector', 'guardduty:DeleteDetector', 'guardduty:CreateFilter', 'detector/0123456789abcdef'],
      ['securityhub:EnableSecurityHub', 'securityhub:DisableSecurityHub', 'securityhub:UpdateSecurityHubConfiguration', 'hub/default'],
      ['securityhub:BatchEnableStandards', 'securityhub:BatchDisableStandards', 'securityhub:UpdateStandardsControl', 'hub/default'],
      ['config:StartConfigurationRecorder', 'config:StopConfigurationRecorder', 'config:PutConfigurationRecorder', 'configuration-recorder/name/id'],
    ] as const).flatMap(([on, ...rest]): [string, string, string[]][] => {
      const arn = `arn:aws:${on.split(':')[0]}:us-east-1:${account}:${rest[2]}`;
      return [[on, arn, ['ContainSwitchDetectionOn']], [rest[0], arn, []], [rest[1], arn, []]];
    }),
    ['rds:ModifyDBSnapshotAttribute', `arn:aws:rds:us-east-1:${account}:snapshot:prod-incident-7`, ['ContainWithdrawSnapshot']],
    ['rds:ModifyDBSnapshotAttribute', `arn:aws:rds:us-east-1:${account}:snapshot:of-a-stranger`, ['ContainWithdrawSnapshot']],
    ['rds:ModifyDBSnapshotAttribute', 'arn:aws:rds:us-east-1:999999999999:snapshot:prod-incident-7', []],
    ['rds:ModifyDBClusterSnapshotAttribute', `arn:aws:rds:us-east-1:${account}:cluster-snapshot:any`, []],
    ['rds:DeleteDBSnapshot', `arn:aws:rds:us-east-1:${account}:snapshot:prod-incident-7`, []],
    ['lambda:PutFunctionConcurrency', fn('RecordsApi'), ['ContainIsolateFunction', 'RestoreIsolateFunction']],
    ['lambda:PutFunctionConcurrency', fn('AuditExporter'), []],
    ['lambda:PutFunctionConcurrency', fn('SessionRevoker'), []],
    ['lambda:InvokeFunction', fn('SessionRevoker'), ['ContainQuarantineUser', 'ContainSignOutUser', 'RestoreQuarantineUser']],
    ['lambda:InvokeFunction', fn('AdministrationAdminister'), []],
    ['iam:PutRolePolicy', role('StaffOperator'), ['ContainRevokeRoleSessions']],
    ['iam:PutRolePolicy', role('RecordsApi'), ['ContainRevokeRoleSessions']],
    ['iam:DeleteRolePolicy', role('RecordsApi'), ['RestoreRevokeRoleSessions']],
    ['iam:PutRolePolicy', role('StaffBreakGlass'), []],
    ['iam:PutRolePolicy', role('StaffIncidentOfficer'), []],
    ['iam:PutRolePolicy', role('ContainmentContainIsolateFunction'), []],
    ['iam:PutRolePolicy', pipeline, []],
    ['cognito-idp:AdminDisableUser', arnOf('AWS::Cognito::UserPool', 'Users'), ['ContainQuarantineUser']],
    ['cognito-idp:AdminEnableUser', arnOf('AWS::Cognito::UserPool', 'Users'), ['RestoreQuarantineUser']],
    ['cognito-idp:AdminGetUser', arnOf('AWS::Cognito::UserPool', 'Users'), []],
    ...prod.of('AWS::KMS::Key').flatMap((key): [string, string, string[]][] => {
      // A key of another Region is out of reach.
      const who = key.stack === 'prod-Foundation' ? ['ContainKeepKey'] : [];
      const never = ['DisableKey', 'ScheduleKeyDeletion', 'PutKeyPolicy', 'CreateGrant', 'DisableKeyRotation'];
      return [
        ...['CancelKeyDeletion', 'EnableKey', 'DescribeKey'].map((call): [string, string, string[]] => [`kms:${call}`, prod.arnOf(key), who]),
        ...never.map((call): [string, string, string[]] => [`kms:${call}`, prod.arnOf(key), []]),
      ];
    }),
    ['ssm:PutParameter', `arn:aws:ssm:us-east-1:${account}:parameter/prod/ir/freeze/x`, HOLDING],
    ['ssm:DeleteParameter', `arn:aws:ssm:us-east-1:${account}:parameter/prod/ir/freeze/x`, LIFTING],
    ['ssm:PutParameter', `arn:aws:ssm:us-east-1:${account}:parameter/prod/anything`, []],
  ])('may %s on %s only as %j', (action, resource, who) => {
    expect(whoMay(action, resource)).toEqual(who);
  });

  it('attaches and detaches one policy, the denial of deployments, at one role', () => {
    expect(whoMay('iam:AttachRolePolicy', pipeline, { 'iam:PolicyARN': denial })).toEqual([...HOLDING, ...LIFTING].sort());
    expect(whoMay('iam:DetachRolePolicy', pipeline, { 'iam:PolicyARN': denial })).toEqual(LIFTING);
    expect(whoMay('iam:AttachRolePolicy', pipeline, { 'iam:PolicyARN': 'arn:aws:iam::aws:policy/AdministratorAccess' })).toEqual([]);
    expect(whoMay('iam:AttachRolePolicy', role('StaffOperator'), { 'iam:PolicyARN': denial })).toEqual([]);
  });

  it.each(
    prod
      .of('AWS::S3::Bucket')
      .filter(({ logicalId }) => !logicalId.startsWith('DocumentsBucket'))
      .map((bucket) => [bucket.name, bucket] as const),
  )('touches neither the policy of %s nor what it holds, whatever its own policy should say one day', (_, bucket) => {
    const arn = prod.arnOf(bucket);
    for (const action of ['s3:PutBucketPolicy', 's3:DeleteBucketPolicy']) expect([action, whoMay(action, arn)]).toEqual([action, []]);
    for (const action of ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:BypassGovernanceRetention'])
      expect(whoMay(action, `${arn}/incidents/x`)).toEqual([]);
    // The boundary says so by itself, before any policy is asked.
    const by = { kind: 'identity', arn: role('ContainmentContainDenyBucket'), account } as const;
    for (const action of ['s3:PutBucketPolicy', 's3:PutBucketPublicAccessBlock'])
      expect([action, decide(roles[0]?.boundary ?? [], { by, action, resource: arn })]).toEqual([action, 'denied']);
  });

  it.each(prod.of('AWS::S3::Bucket').map((bucket) => [bucket.name, bucket] as const))(
    'puts the access block of %s back as one of them alone, which the policy of the bucket lets through',
    (_, bucket) => {
      const call = { action: 's3:PutBucketPublicAccessBlock', resource: prod.arnOf(bucket) };
      expect(whoMay(call.action, call.resource)).toEqual(['ContainBlockPublicAccess']);
      const context = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };
      const as = (arn: string) => decide(policyOf(prod, bucket), { ...call, context, by: { kind: 'identity', arn, account } });
      expect([as(role('ContainmentContainBlockPublicAccess')), as(role('StaffOperator'))]).toEqual(['silent', 'denied']);
    },
  );
});

describe('the denial of deployments', () => {
  const statements = prod.of('AWS::IAM::ManagedPolicy').filter(({ logicalId }) => logicalId.startsWith('ContainmentFreezeDenial'));

  it('denies every way to change or undo a stack of the environment, and allows nothing', () => {
    const [policy, ...others] = statements;
    expect(others).toEqual([]);
    const { Statement } = policy?.properties['PolicyDocument'] as {
      Statement: readonly { Effect: string; Action: string[]; Resource: string }[];
    };
    expect(Statement).toHaveLength(1);
    expect(Statement[0]).toMatchObject({ Effect: 'Deny', Resource: `arn:aws:cloudformation:us-east-1:${account}:stack/prod-*/*` });
    expect(Statement[0]?.Action).toEqual(
      expect.arrayContaining(
        ['CreateChangeSet', 'ExecuteChangeSet', 'UpdateStack', 'DeleteStack', 'RollbackStack'].map((each) => `cloudformation:${each}`),
      ),
    );
  });
});

describe('the clocks of incidents', () => {
  const clocks = identitiesOf(prod).filter(({ role: { logicalId } }) => logicalId.startsWith('ClocksExecution'));
  const evidence = arnOf('AWS::S3::Bucket', 'EvidenceRecords');
  const key = prod.of('AWS::KMS::Key').find(({ logicalId }) => logicalId.startsWith('KeysEvidence'))!;
  const through = { 'kms:ViaService': `s3.${prod.stacks[0]?.region}.amazonaws.com`, 'kms:EncryptionContext:aws:s3:arn': evidence };

  const rows: readonly (readonly [what: string, action: string, resource: string, context: Readonly<Record<string, string>>, isAllowed: boolean])[] = [
    ['write down a day', 's3:PutObject', `${evidence}/sweeps/2026-11-27.json`, {}, true],
    ['add to a record', 's3:PutObject', `${evidence}/incidents/1/000002.json`, {}, false],
    ['write what a workflow captured', 's3:PutObject', `${evidence}/coordination/all/0/1.json`, {}, false],
    ['read a record', 's3:GetObject', `${evidence}/incidents/1/000001.json`, {}, true],
    ['find records', 's3:ListBucket', evidence, { 's3:prefix': 'incidents/' }, true],
    ['find anything else', 's3:ListBucket', evidence, { 's3:prefix': '' }, false],
    ['use the key through S3', 'kms:Decrypt', prod.arnOf(key), through, true],
    ['use the key by itself', 'kms:Decrypt', prod.arnOf(key), {}, false],
    ['tell the privacy officer', 'sns:Publish', arnOf('AWS::SNS::Topic', 'Privacy'), {}, true],
    ['tell the security officer', 'sns:Publish', arnOf('AWS::SNS::Topic', 'Security'), {}, true],
    ['beat like the heart', 'sns:Publish', arnOf('AWS::SNS::Topic', 'Heartbeat'), {}, false],
    ['start a workflow', 'states:StartExecution', arnOf('AWS::StepFunctions::StateMachine', 'ContainmentContainKeepKey'), {}, false],
  ];
  const answers = (action: string, resource: string, context: Readonly<Record<string, string>>) =>
    clocks.map((identity) => may(prod, identity, { action, resource, context }));

  it.each(rows.filter(([, , , , isAllowed]) => isAllowed))('may %s', (_, action, resource, context) => {
    expect(answers(action, resource, context)).toEqual([true]);
  });

  it.each(rows.filter(([, , , , isAllowed]) => !isAllowed))('may not %s', (_, action, resource, context) => {
    expect(answers(action, resource, context)).toEqual([false]);
  });
});
