import { DETECTION_CHECKS } from '../../../../lib/compliance/checks/presence/detections';
import { TRAIL_SUBJECTS } from '../../../../lib/compliance/checks/presence/trail-events';
import { environmentOf } from '../../../support/tiny-environment';

type Resources = Parameters<typeof environmentOf>[0];

const stateOf = (name: string, resources: Resources, news = 'news') => {
  const check = DETECTION_CHECKS.find(({ id }) => id === `presence/${news}-of-${name}`);
  if (!check) throw new Error(`There is no check ${name}.`);
  return check.evaluate(environmentOf(resources)).state;
};
const KEY_CALLS = ['DisableKey', 'ScheduleKeyDeletion', 'DisableKeyRotation', 'DeleteImportedKeyMaterial', 'PutKeyPolicy', 'CreateGrant'];
const byRule = (properties: object = {}): Resources => ({
  Rule: {
    Type: 'AWS::Events::Rule',
    Properties: {
      EventPattern: { source: ['aws.kms'], detail: { eventName: KEY_CALLS } },
      Targets: [{ Id: '0', Arn: 'arn:aws:sns:us-east-1:111122223333:ours' }],
      ...properties,
    },
  },
});
const byAlarm = (alarm: object = {}): Resources => ({
  Trail: { Type: 'AWS::CloudTrail::Trail', Properties: { CloudWatchLogsLogGroupArn: { 'Fn::GetAtt': ['Group', 'Arn'] } } },
  Group: { Type: 'AWS::Logs::LogGroup' },
  Filter: {
    Type: 'AWS::Logs::MetricFilter',
    Properties: {
      LogGroupName: { Ref: 'Group' },
      FilterPattern: `{ ${KEY_CALLS.map((name) => `($.eventName = "${name}")`).join(' || ')} }`,
      MetricTransformations: [{ MetricName: 'Keys', MetricNamespace: 'Ours', MetricValue: '1' }],
    },
  },
  Alarm: {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      MetricName: 'Keys',
      Namespace: 'Ours',
      Statistic: 'Sum',
      Period: 300,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 1,
      AlarmActions: ['arn:aws:sns:us-east-1:111122223333:ours'],
      ...alarm,
    },
  },
});

it('misses everything of the trail where nobody listens', () => {
  expect(TRAIL_SUBJECTS.filter(({ name }) => stateOf(name, {}) !== 'unmet')).toEqual([]);
});

it('has nothing to say of services and functions that are not there', () => {
  expect(
    ['failed-backups', 'threats', 'failed-controls', 'altered-records', 'stalled-exports-of-audit'].map((name) => stateOf(name, {})),
  ).toEqual(Array<string>(5).fill('notApplicable'));
});

it('takes an alarm over the trail, and no rule in its place, which hears of one Region', () => {
  expect([stateOf('loss-of-keys', byAlarm()), stateOf('loss-of-keys', byRule())]).toEqual(['met', 'unmet']);
});

it('takes a rule for what has to be known at once, and no alarm in its place, which has no event', () => {
  expect([stateOf('keys-at-risk', byRule(), 'immediate-news'), stateOf('keys-at-risk', byAlarm(), 'immediate-news')]).toEqual(['met', 'unmet']);
});

it.each([
  ['an alarm that is off', byAlarm({ ActionsEnabled: false })],
  ['an alarm that tells nobody', byAlarm({ AlarmActions: [] })],
  ['an alarm that waits for a second time', byAlarm({ EvaluationPeriods: 2 })],
  ['an alarm over a log that is not the trail’s', { ...byAlarm(), Trail: { Type: 'AWS::CloudTrail::Trail' } }],
])('does not take %s', (_, resources) => {
  expect(stateOf('loss-of-keys', resources)).toBe('unmet');
});

const taking = (eventName: readonly string[], userIdentity?: object): Resources =>
  byRule({ EventPattern: { source: ['aws.kms'], detail: { eventName, ...(userIdentity && { userIdentity }) } } });

it.each([
  ['a rule that is off', byRule({ State: 'DISABLED' })],
  ['a rule that tells nobody', byRule({ Targets: [] })],
  ['a rule for some of it', taking(['DisableKey'])],
  ['a rule that hears of users alone', taking(KEY_CALLS, { type: ['IAMUser'] })],
  [
    'a rule that leaves out whoever has no role',
    taking(KEY_CALLS, { sessionContext: { sessionIssuer: { arn: [{ 'anything-but': ['arn:aws:iam::111122223333:role/ours'] }] } } }),
  ],
])('does not take %s', (_, resources) => {
  expect(stateOf('keys-at-risk', resources, 'immediate-news')).toBe('unmet');
});

it('takes a rule that leaves out one role', () => {
  const arn = [{ exists: false }, { 'anything-but': ['arn:aws:iam::111122223333:role/ours'] }];
  expect(stateOf('keys-at-risk', taking(KEY_CALLS, { sessionContext: { sessionIssuer: { arn } } }), 'immediate-news')).toBe('met');
});

it.each([
  ['ENABLED', 'unmet'],
  ['ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS', 'met'],
])('knows that a rule which is %s is told of a call that only reads: %s', (State, expected) => {
  const EventPattern = { source: ['aws.secretsmanager', 'aws.ssm'], detail: { eventName: ['GetSecretValue', 'StartSession'] } };
  expect(stateOf('secrets-read-elsewhere', byRule({ EventPattern, State }), 'immediate-news')).toBe(expected);
});

const NEWS_OF_LOGINS = ['unexpected-logins', 'disguised-logins', 'refused-logins'];
const COUNTING = [{ MetricName: 'Keys', MetricNamespace: 'Ours', MetricValue: '1' }];

/** A database that exports its log, with filters of that log by their patterns. */
const withDatabase = (patterns: readonly string[], group = '/aws/rds/instance/ours/postgresql', engine = 'postgres'): Resources => ({
  Database: {
    Type: 'AWS::RDS::DBInstance',
    Properties: { DBInstanceIdentifier: 'ours', Engine: engine, MasterUsername: 'chief', EnableCloudwatchLogsExports: ['postgresql'] },
  },
  Log: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: group } },
  Ring: { Type: 'AWS::CloudWatch::Alarm', Properties: byAlarm()['Alarm']?.Properties ?? {} },
  ...Object.fromEntries(
    patterns.map((FilterPattern, at) => [
      `Logins${at}`,
      { Type: 'AWS::Logs::MetricFilter', Properties: { LogGroupName: { Ref: 'Log' }, FilterPattern, MetricTransformations: COUNTING } },
    ]),
  ),
});

const EXACT = '"connection authorized: user=" -"user=chief database="';
const DISGUISE = '%application_name=.*user=%';
const REFUSALS = '?"authentication failed for user" ?"no pg_hba.conf entry"';

it.each([
  ['the filters that it takes', withDatabase([EXACT, DISGUISE, REFUSALS]), ['met', 'met', 'met']],
  ['no filter', withDatabase([]), ['unmet', 'unmet', 'unmet']],
  ['an expected name that hides one which begins like it', withDatabase([`${EXACT} -"user=chief"`, REFUSALS]), ['unmet', 'unmet', 'met']],
  ['nothing for a disguise', withDatabase([EXACT, REFUSALS]), ['met', 'unmet', 'met']],
  ['one of several refusals', withDatabase([EXACT, DISGUISE, '"password authentication failed"']), ['met', 'met', 'unmet']],
  ['filters of another log', withDatabase([EXACT, DISGUISE, REFUSALS], '/aws/rds/instance/theirs/postgresql'), ['unmet', 'unmet', 'unmet']],
  ['a database of another kind', withDatabase([], undefined, 'mysql'), ['notApplicable', 'notApplicable', 'notApplicable']],
])('reads logins to a database with %s', (_, resources, states) => {
  expect(NEWS_OF_LOGINS.map((name) => stateOf(name, resources))).toEqual(states);
});

it('cannot tell what a filter of fields takes', () => {
  expect(() => stateOf('unexpected-logins', withDatabase(['[date, time, ..., user]']))).toThrow(/pattern that is not understood/);
});
