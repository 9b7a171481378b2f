import { adding, refusal, setting, withStatement, type Refusal } from './refusal';

const KEY = 'AWS::KMS::Key';
const ROOT = { AWS: 'arn:aws:iam::111122223333:root' };
const GROUP = { Type: 'AWS::Logs::LogGroup', Properties: {} };

/** Templates and policies of whatever type. */
export const TEMPLATE_REFUSALS: readonly Refusal[] = [
  refusal(
    'references-resolve',
    'a reference to nothing',
    setting('AWS::SNS::Subscription', 'SecurityOfficer', 'TopicArn', { Ref: 'Nothing' }),
  ),
  refusal(
    'templates-are-what-is-deployed',
    'a trail on a condition',
    (draft) => void (draft.one('AWS::CloudTrail::Trail').Condition = 'Never'),
  ),
  refusal('templates-are-what-is-deployed', 'a template that a macro rewrites', (draft) => {
    for (const [name, template] of draft.templates) if (name.endsWith('-Trail')) Object.assign(template, { Transform: 'Rewrite' });
  }),
  refusal('services-take-new-customers', 'an event data store', adding('Trail', { Type: 'AWS::CloudTrail::EventDataStore' })),
  refusal(
    'values-are-filled-in',
    'a zone of nowhere',
    setting('AWS::EC2::Subnet', 'RecordsVpcLoadBalancerSubnet1', 'AvailabilityZone', 'dummy1a'),
  ),
  refusal(
    'values-are-filled-in',
    'a token that was not resolved',
    setting('AWS::SNS::Subscription', 'SecurityOfficer', 'Endpoint', '${Token[TOKEN.12]}@telehealth.example'),
  ),
  refusal(
    'values-are-filled-in',
    'a callback to the example of CDK',
    setting('AWS::Cognito::UserPoolClient', '', 'CallbackURLs', ['https://example.com']),
  ),
  refusal(
    'policies-fit-their-limits',
    'a key policy of 33 KB',
    withStatement(KEY, 'KeysRecords', 'KeyPolicy', {
      Sid: 'x'.repeat(33_000),
      Effect: 'Allow',
      Principal: ROOT,
      Action: 'kms:*',
      Resource: '*',
    }),
  ),
  refusal(
    'policies-fit-their-limits',
    'a role with eleven policies',
    setting(
      'AWS::IAM::Role',
      'BackupServiceRole',
      'ManagedPolicyArns',
      Array.from({ length: 11 }, (_, at) => `arn:aws:iam::aws:policy/P${at}`),
    ),
  ),
  refusal(
    'templates-fit-their-limits',
    'a template of more than a megabyte',
    adding('Trail', { ...GROUP, Properties: { LogGroupName: 'y'.repeat(1_100_000) } }),
  ),
  refusal('templates-fit-their-limits', 'more than 500 resources', (draft) => {
    for (let at = 0; at < 500; at += 1) draft.add('Trail', `Group${at}`, GROUP);
  }),
  refusal('templates-fit-their-limits', 'a logical id with a hyphen', (draft) => draft.add('Trail', 'Not-One', GROUP)),
  refusal(
    'principals-can-be-found',
    'a principal that nobody made',
    withStatement(KEY, 'KeysRecords', 'KeyPolicy', {
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::111122223333:role/later' },
      Action: 'kms:Decrypt',
      Resource: '*',
    }),
  ),
  refusal(
    'principals-can-be-found',
    'a statement that allows nothing',
    withStatement(KEY, 'KeysRecords', 'KeyPolicy', { Effect: 'Allow', Principal: ROOT, Resource: '*' }),
  ),
];
