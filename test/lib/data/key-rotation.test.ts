import type { Claim } from '../../support/claims';
import { holds, judge, notices, unlike } from '../../support/claims';
import type { ManagedPolicyProperties } from '../../support/identities';
import { identityOf } from '../../support/identities';
import type { Landscape } from '../../support/landscape';
import { list } from '../../support/policy';

interface LambdaFunction {
  readonly Environment: { readonly Variables: Readonly<Record<string, string>> };
  readonly Role: string;
  readonly Timeout: number;
}

const RULE = 'AWS::Events::Rule';
/** Beside what every function of the VPC with a dead-letter queue needs. */
const BUSINESS = ['kms:GenerateDataKeyWithoutPlaintext', 'rds-db:connect'];
const HOUSEKEEPING =
  /^(logs:(CreateLogStream|PutLogEvents)|ec2:\w*NetworkInterfaces?|ec2:(As|Unas)signPrivateIpAddresses|ec2:DescribeSubnets|sqs:(SendMessage|GetQueueAttributes|GetQueueUrl)|kms:(Decrypt|GenerateDataKey\*?|Encrypt|ReEncrypt\*))$/;

function rotations(land: Landscape) {
  return land.of<LambdaFunction>('AWS::Lambda::Function').filter(({ logicalId }) => logicalId.startsWith('KeyRotationRotate'));
}

const runsEveryHourAndAtDeploy: Claim = (land) =>
  judge('key rotations', rotations(land), (rotation) => {
    const rules = land
      .of<{ ScheduleExpression?: string; Targets: readonly { Arn: string; Input?: string }[] }>(RULE)
      .filter(({ properties }) => properties.Targets.some(({ Arn }) => Arn === land.arnOf(rotation)));
    return [
      unlike(
        'its schedules',
        rules.map(({ properties }) => properties.ScheduleExpression),
        ['rate(1 hour)'],
      ),
      // Anything else is taken for a request, and refused.
      ...rules.flatMap(({ properties }) => properties.Targets.map(({ Input }) => unlike('what it is asked', Input, '{}'))),
      unlike('seconds of a run', rotation.properties.Timeout, 900),
      !land.of<{ ServiceToken: string }>('Custom::DataKeys').some(({ properties }) => properties.ServiceToken === land.arnOf(rotation)) &&
        'is not asked for the first keys at deploy',
    ];
  });

const doesNothingElse: Claim = (land) =>
  judge('key rotations', rotations(land), ({ properties }) => {
    const actions = identityOf(land, properties.Role).statements.flatMap(({ Action }) => list(Action));
    return [
      unlike('what it does beside running', actions.filter((action) => !HOUSEKEEPING.test(action)).sort(), BUSINESS),
      unlike('the environment it names', properties.Environment.Variables['ENVIRONMENT_NAME'], land.config.name),
      unlike('the key it is told', properties.Environment.Variables['FIELD_KEY_ARN'], land.arnOf(land.one('AWS::KMS::Key', 'KeysFields'))),
    ];
  });

describe('the rotation of data keys', () => {
  holds('does a step every hour, of a quarter of an hour at most, and makes the first keys at deploy', runsEveryHourAndAtDeploy);
  holds('makes keys in their wrapped form, logs in, and does nothing else', doesNothingElse);

  notices(
    'an environment without its first keys',
    runsEveryHourAndAtDeploy,
    (draft) => draft.remove('Custom::DataKeys', ''),
    /^Data\/KeyRotationRotateFunction\w+: is not asked for the first keys/,
  );
  notices(
    'a rotation that stands still',
    runsEveryHourAndAtDeploy,
    (draft) => draft.set(RULE, 'KeyRotationSchedule', ['ScheduleExpression'], 'rate(30 days)'),
    /its schedules is \["rate\(30 days\)"\]/,
  );
  notices(
    'a tick that the function would take for a malformed request',
    runsEveryHourAndAtDeploy,
    (draft) => draft.unset(RULE, 'KeyRotationSchedule', ['Targets', 0, 'Input']),
    /what it is asked is absent/,
  );
  notices(
    'a rotation that reaches documents',
    doesNothingElse,
    (draft) =>
      draft.edit<ManagedPolicyProperties>('AWS::IAM::ManagedPolicy', 'KeyRotationRotateExecution', ({ PolicyDocument }) =>
        PolicyDocument.Statement.push({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }),
      ),
    /what it does beside running is .*s3:GetObject/,
  );
});
