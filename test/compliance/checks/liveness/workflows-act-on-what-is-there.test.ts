import { ACCOUNT, environmentOf, type TinyResources } from '../../../support/tiny-environment';
import { valuesOf, verdictOn } from '../../../support/verdicts';

const ID = 'liveness/workflows-act-on-what-is-there';

/** A workflow of one call, whose role is granted what is given. */
function judged(call: string, given: object, grant: object, more: TinyResources = {}, trust: object = {}) {
  const definition = { StartAt: 'Act', States: { Act: { Type: 'Task', Resource: `arn:aws:states:::aws-sdk:${call}`, Arguments: given } } };
  return verdictOn(
    ID,
    environmentOf({
      Machine: {
        Type: 'AWS::StepFunctions::StateMachine',
        Properties: { StateMachineName: 'acts', RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] }, DefinitionString: { 'Fn::Sub': JSON.stringify(definition) } },
      },
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName: 'closes',
          AssumeRolePolicyDocument: {
            Statement: { Effect: 'Allow', Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole', ...trust },
          },
          Policies: [{ PolicyName: 'x', PolicyDocument: { Statement: { Effect: 'Allow', ...grant } } }],
        },
      },
      Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'documents' } },
      ...more,
    }),
  );
}

const MACHINES = `arn:aws:states:us-east-1:${ACCOUNT}:stateMachine`;
const POLICIES = { Action: ['s3:GetBucketPolicy', 's3:PutBucketPolicy'], Resource: 'arn:aws:s3:::documents' };
const FREEZE = { Action: 'iam:AttachRolePolicy', Resource: `arn:aws:iam::${ACCOUNT}:role/deploy`, Condition: { ArnEquals: { 'iam:PolicyARN': 'arn:one' } } };
const CLOSING = (...arns: readonly string[]): string =>
  `{% $append($present, {'Effect': 'Deny', 'Principal': '*', 'Resource': ['arn:aws:s3:::documents', 'arn:aws:s3:::documents/*'], 'Condition': {'ArnNotEquals': {'aws:PrincipalArn': [${arns.map((arn) => `'${arn}'`).join(', ')}]}}}) %}`;
const CLOSER = `arn:aws:iam::${ACCOUNT}:role/closes`;
const GROUPS: TinyResources = {
  Empty: { Type: 'AWS::EC2::SecurityGroup' },
  Open: { Type: 'AWS::EC2::SecurityGroup' },
  Rule: { Type: 'AWS::EC2::SecurityGroupIngress', Properties: { GroupId: { 'Fn::GetAtt': ['Open', 'GroupId'] }, IpProtocol: 'tcp', CidrIp: '10.0.0.0/16' } },
};
const MODIFY = { Action: 'rds:ModifyDBInstance', Resource: `arn:aws:rds:us-east-1:${ACCOUNT}:db:records` };
const moved = (group: string) => judged('rds:modifyDBInstance', { DbInstanceIdentifier: 'records', VpcSecurityGroupIds: [group] }, MODIFY, GROUPS);
const denying = (exempt: string): TinyResources => ({
  BucketPolicy: {
    Type: 'AWS::S3::BucketPolicy',
    Properties: {
      Bucket: { Ref: 'Bucket' },
      PolicyDocument: {
        Statement: {
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:PutBucketPolicy',
          Resource: 'arn:aws:s3:::documents',
          Condition: { ArnNotEquals: { 'aws:PrincipalArn': exempt } },
        },
      },
    },
  },
});

it('has nothing to say where there is no workflow', () => {
  expect(verdictOn(ID, environmentOf({})).state).toBe('notApplicable');
});

it('takes a call on what the role may act upon, by name, by ARN and by what an expression begins with', () => {
  const parameters = { Action: 'ssm:PutParameter', Resource: `arn:aws:ssm:us-east-1:${ACCOUNT}:parameter/prod/*` };
  const functions = { Action: 'lambda:InvokeFunction', Resource: `arn:aws:lambda:us-east-1:${ACCOUNT}:function:revoke` };
  expect(
    [
      judged('s3:getBucketPolicy', { Bucket: 'documents' }, POLICIES),
      judged('lambda:invokeFunction', { FunctionName: functions.Resource }, functions),
      judged('lambda:invokeFunction', { FunctionName: '{% $target %}' }, functions),
      judged('ssm:putParameter', { Name: `{% '/prod/ir/' & $incident %}` }, parameters),
      judged('iam:attachRolePolicy', { RoleName: 'deploy', PolicyArn: 'arn:one' }, FREEZE),
      judged('guardduty:listDetectors', {}, { Action: 'guardduty:ListDetectors', Resource: '*' }),
    ].map(({ state }) => state),
  ).toEqual(Array<string>(6).fill('met'));
});

it.each([
  ['another bucket', judged('s3:getBucketPolicy', { Bucket: 'others' }, POLICIES), ['s3:GetBucketPolicy on arn:aws:s3:::others is not allowed']],
  [
    'an expression that begins elsewhere',
    judged('ssm:putParameter', { Name: `{% '/dev/' & $incident %}` }, { Action: 'ssm:PutParameter', Resource: `arn:aws:ssm:us-east-1:${ACCOUNT}:parameter/prod/*` }),
    [`ssm:PutParameter on arn:aws:ssm:us-east-1:${ACCOUNT}:parameter/dev/* is not allowed`],
  ],
  [
    'another policy than the one that may be attached',
    judged('iam:attachRolePolicy', { RoleName: 'deploy', PolicyArn: 'arn:other' }, FREEZE),
    [`iam:AttachRolePolicy on arn:aws:iam::${ACCOUNT}:role/deploy is not allowed`],
  ],
  [
    'one of two things that a call names',
    judged('rds:createDBSnapshot', { DbInstanceIdentifier: 'records', DbSnapshotIdentifier: 'mine' }, { Action: 'rds:CreateDBSnapshot', Resource: MODIFY.Resource }),
    [`rds:CreateDBSnapshot on arn:aws:rds:us-east-1:${ACCOUNT}:snapshot:mine is not allowed`],
  ],
  [
    'a bucket whose own policy refuses it',
    judged('s3:putBucketPolicy', { Bucket: 'documents', Policy: '{% $prior %}' }, POLICIES, denying('arn:aws:iam::111122223333:role/other')),
    ['s3:PutBucketPolicy is refused by the policy of prod-Small/Bucket'],
  ],
  [
    'a bucket that the input may name, and whose policy refuses it',
    judged('s3:putBucketPolicy', { Bucket: '{% $target %}', Policy: '{% $prior %}' }, POLICIES, denying('arn:aws:iam::111122223333:role/other')),
    ['s3:PutBucketPolicy is refused by the policy of prod-Small/Bucket'],
  ],
  [
    'a role that trusts another workflow',
    judged('s3:getBucketPolicy', { Bucket: 'documents' }, POLICIES, {}, { Condition: { ArnEquals: { 'aws:SourceArn': `${MACHINES}:another` } } }),
    [`${MACHINES}:acts`],
  ],
  ['a denial on another bucket', judged('s3:putBucketPolicy', { Bucket: 'documents', Policy: CLOSING(CLOSER).replace('documents/*', 'others/*') }, POLICIES), ['denies nothing on arn:aws:s3:::documents/*']],
  ['a group that lets somebody in', moved('${Open.GroupId}'), ['${prod-Small.Open.GroupId}']],
  ['a group of nobody’s', moved('sg-0123'), ['sg-0123']],
  ['a denial that locks its own workflow out', judged('s3:putBucketPolicy', { Bucket: 'documents', Policy: CLOSING('somebody') }, POLICIES), [`locks out ${CLOSER}`]],
  [
    'a denial that locks break-glass out',
    judged('s3:putBucketPolicy', { Bucket: 'documents', Policy: CLOSING(CLOSER) }, POLICIES, {
      BreakGlass: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'prod-break-glass', AssumeRolePolicyDocument: { Statement: [] } } },
    }),
    [`locks out arn:aws:iam::${ACCOUNT}:role/prod-break-glass`],
  ],
] as const)('refuses %s', (_, verdict, values) => {
  expect(valuesOf(verdict)).toEqual(values);
});

it('takes a group that lets nobody in, a denial that leaves its workflow in, and a bucket that exempts it', () => {
  expect(
    [
      moved('${Empty.GroupId}'),
      judged('s3:putBucketPolicy', { Bucket: 'documents', Policy: CLOSING(CLOSER) }, POLICIES),
      judged('s3:putBucketPolicy', { Bucket: 'documents', Policy: '{% $prior %}' }, POLICIES, denying(CLOSER)),
    ].map(({ state }) => state),
  ).toEqual(['met', 'met', 'met']);
});
