import type { Weakening, WeakeningGroup } from '../../support/weakening';
import { addition, WeakeningRows } from '../../support/weakening-rows';
import { COORDINATION_QUEUE_ROWS } from './detection-coordination';
import { BUCKET_ROWS } from './storage-buckets';
import { KEY_ROWS } from './storage-keys';
import { LOG_ROWS } from './storage-logs';

const MESSAGES = 'strength/messages-are-encrypted';
const DEAD_LETTERS = 'strength/dead-letters-are-kept';
const TOLD = 'strength/subscriptions-tell-in-confidence';
const ARRIVE = 'liveness/alarms-arrive';
const CLASSED = 'strength/stores-say-what-they-hold';
const TOKEN_KEYS = 'strength/parameters-hold-no-token-keys';

const KEY_OF_AWS = 'alias/aws/sns';

const TOPICS = (
  [
    ['SecurityTopic', 'of the security officer'],
    ['PrivacyTopic', 'of the privacy officer'],
  ] as const
).flatMap(([prefix, name]): Weakening[] => {
  const topic = new WeakeningRows('AWS::SNS::Topic', prefix, `the topic ${name}`);
  const policy = new WeakeningRows('AWS::SNS::TopicPolicy', prefix, `the policy of the topic ${name}`);
  return [
    topic.set('KmsMasterKeyId', KEY_OF_AWS, MESSAGES),
    topic.drop('KmsMasterKeyId', MESSAGES),
    topic.drop('Tags', CLASSED),
    topic.add('MaximumMessageSize', 1024, TOLD),
    topic.add('Subscription', [{ Protocol: 'email', Endpoint: 'somebody@elsewhere.example' }], TOLD),
    policy.set('Topics.0', 'arn:aws:sns:us-east-1:111122223333:another', ARRIVE),
    policy.gone(MESSAGES),
    addition(`a second policy of the topic ${name}`, 'strength/policies-stand-alone', 'Detection', 'AWS::SNS::TopicPolicy', (draft) => ({
      Topics: draft.one('AWS::SNS::TopicPolicy', prefix).Properties['Topics'],
      PolicyDocument: { Statement: [] },
    })),
  ];
});

const SUBSCRIPTIONS = (
  [
    ['SecurityOfficer', 'security officer'],
    ['PrivacyOfficer', 'privacy officer'],
  ] as const
).flatMap(([prefix, name]): Weakening[] => {
  const subscription = new WeakeningRows('AWS::SNS::Subscription', prefix, `the subscription of the ${name}`);
  return [
    subscription.drop('Endpoint', ARRIVE),
    subscription.set('Endpoint', '', TOLD),
    subscription.set('Endpoint', 'nobody', TOLD),
    subscription.set('Protocol', 'http', TOLD),
    subscription.set('Protocol', 'sms', TOLD),
    subscription.set('TopicArn', 'arn:aws:sns:us-east-1:111122223333:another', ARRIVE),
    subscription.add('FilterPolicy', { severity: ['none'] }, TOLD),
  ];
});

const QUEUES = (
  [
    ['TokenKeysFailed', 'the refresher of token keys'],
    ['AuditFailed', 'the exporter'],
    ['KeyRotationFailed', 'key rotation'],
    ['EventsUndelivered', 'undelivered events'],
  ] as const
).flatMap(([prefix, name]): Weakening[] => {
  const queue = new WeakeningRows('AWS::SQS::Queue', prefix, `the queue of ${name}`);
  const policy = new WeakeningRows('AWS::SQS::QueuePolicy', prefix, `the policy of the queue of ${name}`);
  return [
    queue.set('KmsMasterKeyId', 'alias/aws/sqs', MESSAGES),
    queue.drop('KmsMasterKeyId', MESSAGES),
    queue.set('MessageRetentionPeriod', '60', DEAD_LETTERS),
    queue.drop('MessageRetentionPeriod', DEAD_LETTERS),
    queue.add('MaximumMessageSize', 1024, DEAD_LETTERS),
    queue.drop('Tags', CLASSED),
    policy.set('Queues.0', 'https://sqs.us-east-1.amazonaws.com/111122223333/another', MESSAGES),
    policy.gone(MESSAGES),
  ];
});

const parameter = new WeakeningRows('AWS::SSM::Parameter', 'TokenKeysJwks', 'the parameter of token keys');
const PARAMETER = [
  parameter.set('Value', JSON.stringify({ keys: [{ kty: 'RSA', kid: 'mine', n: 'AQAB', e: 'AQAB' }] }), TOKEN_KEYS, 'a key of its own'),
  parameter.set('Value', '-----BEGIN PRIVATE KEY-----\nMIIE', TOKEN_KEYS, 'a private key'),
  parameter.set('Tags', { DataClass: 'secret' }, CLASSED),
];

/** Buckets, keys, log groups, topics, queues and parameters. */
export const STORAGE_WEAKENINGS: WeakeningGroup = {
  types: [
    'AWS::S3::Bucket',
    'AWS::S3::BucketPolicy',
    'AWS::KMS::Key',
    'AWS::SNS::Topic',
    'AWS::SNS::TopicPolicy',
    'AWS::SNS::Subscription',
    'AWS::SQS::Queue',
    'AWS::SQS::QueuePolicy',
    'AWS::Logs::LogGroup',
    'AWS::SSM::Parameter',
  ],
  rows: [...BUCKET_ROWS, ...KEY_ROWS, ...LOG_ROWS, ...TOPICS, ...SUBSCRIPTIONS, ...QUEUES, ...COORDINATION_QUEUE_ROWS, ...PARAMETER],
  neutral: [
    {
      patterns: ['AWS::KMS::Key Description', 'AWS::SSM::Parameter Description', 'AWS::S3::Bucket LifecycleConfiguration.Rules.*.Id'],
      because: 'A text for whoever reads the console; no call and no policy looks at it.',
    },
    {
      patterns: ['AWS::S3::Bucket LifecycleConfiguration.Rules.*.AbortIncompleteMultipartUpload.DaysAfterInitiation'],
      because: 'Parts of an upload that never ended are no object: nobody can read, restore or miss them; they only cost.',
    },
    {
      patterns: ['AWS::S3::Bucket LifecycleConfiguration.Rules.*.Status'],
      because: 'A rule that is off takes nothing away: every version stays, at a higher price.',
    },
    {
      patterns: ['AWS::S3::Bucket LifecycleConfiguration.Rules.*.Transitions.*.TransitionInDays'],
      because: 'Objects answer as fast from every class that a rule may name, so the day decides the price alone.',
    },
    {
      patterns: ['AWS::SQS::Queue DeletionPolicy', 'AWS::SQS::Queue UpdateReplacePolicy'],
      because: 'Delete is the least there is already: a queue holds what failed for days, and the audit and the logs hold what happened.',
    },
    {
      patterns: ['AWS::SSM::Parameter Name'],
      because: 'Where deployments are held: under another name the pipeline finds nothing there, and refuses to deploy.',
    },
    {
      patterns: ['AWS::SSM::Parameter Type'],
      because: 'A list cannot be parsed as keys, so that every token would be refused; a secure string CloudFormation does not make.',
    },
  ],
};
