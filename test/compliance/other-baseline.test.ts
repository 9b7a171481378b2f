import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKS } from '../../lib/compliance/catalogue';
import { EnvironmentModel } from '../../lib/compliance/model/environment';
import { readEnvironmentModels } from '../../lib/compliance/model/read-templates';
import { parseTemplate } from '../../lib/compliance/model/template';
import { runChecks, type CheckResult } from '../../lib/compliance/run-checks';

/**
 * A well-kept baseline of somebody else: other names, no tags of ours, two stacks written by hand, a network without a proxy, a role for
 * deploys that another team runs. What it lacks of ours is missing, rightly; nothing that it has is called weak.
 */
const FOLDER = join(__dirname, 'fixtures', 'other-baseline');
const STACKS = ['careline', 'front-door'];
const TODAY = '2026-11-25';

/** A route out of the subnets of the database. */
const LEAK = `"Leak": {"Type": "AWS::EC2::Route", "Properties": {"RouteTableId": {"Ref": "Inside"}, "NatGatewayId": "nat-1"}}`;

/** One tag of ours: from then on every store has to carry it. */
const TAGGED = `"Tags": [{"Key": "DataClass", "Value": "operational"}]`;

const resultsOf = (model: EnvironmentModel | undefined): readonly CheckResult[] => (model ? runChecks(model, CHECKS, TODAY).results : []);

/** What all checks say after one change of the text of the templates. */
function after(change: (text: string) => string): readonly CheckResult[] {
  const texts = STACKS.map((stack) => readFileSync(join(FOLDER, `${stack}.template.json`), 'utf8'));
  const changed = texts.map(change);
  if (changed.every((text, at) => text === texts[at])) throw new Error('The change changes nothing.');
  const stacks = changed.map((text, at) => ({
    stack: STACKS[at] ?? '',
    region: 'us-east-1',
    template: parseTemplate(STACKS[at] ?? '', text),
  }));
  return resultsOf(new EnvironmentModel({ name: 'templates', account: '111111111111' }, stacks));
}

const results = resultsOf(readEnvironmentModels([FOLDER])[0]);
const verdictOf = (of: readonly CheckResult[], id: string) => of.find(({ check }) => check.id === id)?.verdict;
const idsIn = (state: string): string[] => results.filter(({ verdict }) => verdict.state === state).map(({ check: { id } }) => id);

/** What only ours has, or what careline tells nobody. All of it is missing, and none of it is weak. */
const LACKING: readonly string[] = [
  // Parts of ours: an archive of its own audit, a record of incidents, a pack of rules, another Region, a schedule of restores, a proxy,
  // groups for four roles.
  'presence/an-audit-archive',
  'presence/a-record-of-incidents',
  'presence/conformance-rules',
  'presence/a-recovery-vault',
  'presence/restore-tests',
  'presence/a-database-proxy',
  'presence/a-group-for-each-role',
  // Of all that a trail sees, careline is told of root, of four calls that touch the trail, and of the emergency role.
  'presence/news-of-sign-ins-without-mfa',
  'presence/news-of-failed-sign-ins',
  'presence/news-of-denied-calls',
  'presence/news-of-changes-of-the-trail',
  'presence/news-of-disarmed-detections',
  'presence/news-of-changes-of-the-recorder',
  'presence/news-of-loss-of-keys',
  'presence/news-of-changes-of-buckets',
  'presence/news-of-changes-of-identities',
  'presence/news-of-loss-of-backups',
  'presence/news-of-changes-of-databases',
  'presence/news-of-changes-of-user-pools',
  'presence/news-of-changes-of-security-groups',
  'presence/news-of-changes-of-routes',
  'presence/news-of-changes-of-networks',
  // No rule of its takes a call, or an event of AWS Backup, GuardDuty or Security Hub.
  'presence/immediate-news-of-a-stopped-trail',
  'presence/immediate-news-of-detectors-switched-off',
  'presence/immediate-news-of-tampered-detections',
  'presence/immediate-news-of-keys-at-risk',
  'presence/immediate-news-of-opened-buckets',
  'presence/immediate-news-of-shared-snapshots',
  'presence/immediate-news-of-unprotected-databases',
  'presence/immediate-news-of-deleted-backups',
  'presence/immediate-news-of-an-opened-network',
  'presence/immediate-news-of-secrets-read-elsewhere',
  'presence/immediate-news-of-changed-sign-ins',
  'presence/immediate-news-of-mighty-identities',
  'presence/immediate-news-of-changes-by-root',
  'presence/news-of-failed-backups',
  'presence/news-of-failed-copies',
  'presence/news-of-threats',
  'presence/news-of-failed-controls',
  // Lines that only our functions write, and work that only they do.
  'presence/news-of-altered-records',
  'presence/news-of-unaudited-requests',
  'presence/news-of-unavailable-data-keys',
  'presence/news-of-forged-tokens',
  'presence/news-of-unreadable-token-keys',
  // Its database writes of logins, and nobody reads it.
  'presence/news-of-unexpected-logins',
  'presence/news-of-disguised-logins',
  'presence/news-of-refused-logins',
  'presence/an-export-of-audit',
  'presence/a-look-for-unusual-access',
  'presence/a-rotation-of-data-keys',
  'presence/a-refresh-of-token-keys',
  'presence/a-verification-of-the-trail',
  'presence/a-look-at-the-clocks-of-incidents',
  // Its alarms are over errors and dead letters, not over the load balancer, the storage of the database or throttles.
  'presence/failures-are-watched',
  // An alarm rings for its emergency role, and no rule has the event.
  'presence/immediate-news-of-emergencies',
  // Nor any of what is done at its documents past the application.
  'presence/immediate-news-of-strangers-at-objects',
  // A day without detections looks to careline like a day on which nothing happened.
  'presence/a-heartbeat',
];

it('is found to lack what it lacks, and nothing else', () => {
  expect(idsIn('unmet')).toEqual(LACKING);
});

it('can be told of in everything, and is judged wherever it has something to judge', () => {
  expect(idsIn('cannotTell')).toEqual([]);
  expect(idsIn('notApplicable')).toEqual([
    'presence/news-of-failed-restores',
    'presence/news-of-many-patients',
    'presence/news-of-probing',
    'presence/news-of-emergency-access',
    'presence/news-of-a-gap-in-the-audit',
    'presence/news-of-touched-bait',
    'presence/news-of-stalled-exports-of-audit',
    'presence/news-of-altered-archives',
    'presence/news-of-malformed-values',
    'presence/news-of-a-changed-trail',
    'presence/news-of-an-unverified-trail',
    'presence/news-of-broken-records-of-incidents',
    'presence/news-of-the-end-of-containments',
    'presence/changes-start-verification',
    'presence/immediate-news-of-strangers-at-keys',
    'strength/parameters-hold-no-token-keys',
    'strength/stores-say-what-they-hold',
    'strength/workflows-keep-no-data',
    'strength/proxies-let-go',
    'liveness/restores-are-tested',
    'strength/names-lead-to-us',
    'strength/carriers-say-what-they-carry',
    'strength/results-stay-with-us',
    'strength/guardians-know-the-trail',
    'strength/conformance-judges-everything',
    'access/access-is-as-reviewed',
    'liveness/queues-are-worked-off',
    'liveness/detections-start-what-contains',
    'liveness/messages-carry-no-detail',
    'liveness/events-are-of-aws',
    'liveness/workflows-act-on-what-is-there',
    'liveness/workflows-can-be-undone',
    'deploy/conformance-packs-are-taken',
    'deploy/global-events-are-caught-at-home',
  ]);
});

it('is told what a pass leaves open where it does not say what its functions handle', () => {
  expect(verdictOf(results, 'access/phi-is-read-by-what-serves-it')).toMatchObject({
    state: 'met',
    notes: [expect.stringContaining('DataClass')],
  });
});

it.each<[string, string, (text: string) => string]>([
  ['a trail that is off', 'hard/trail-records', (text) => text.replace('"IsLogging": "true"', '"IsLogging": "false"')],
  ['an archive for six years without their leap days', 'hard/archives-are-locked', (text) => text.replace('"Years": 7', '"Days": 2190')],
  [
    'a public database',
    'hard/databases-are-encrypted',
    (text) => text.replace('"PubliclyAccessible": "false"', '"PubliclyAccessible": "true"'),
  ],
  [
    'no second factor',
    'hard/users-need-a-second-factor',
    (text) => text.replace('"MfaConfiguration": "ON"', '"MfaConfiguration": "OPTIONAL"'),
  ],
  ['old TLS', 'hard/edge-speaks-tls', (text) => text.replace('TLS13-1-3-PQ-2025-09', '2016-08')],
  ['one zone', 'strength/databases-can-be-recovered', (text) => text.replace('"MultiAZ": "true"', '"MultiAZ": "false"')],
  ['a database with a way out', 'strength/databases-are-isolated', (text) => text.replace('"Inside": {', `${LEAK}, "Inside": {`)],
  [
    'a default group that is open',
    'strength/default-groups-are-closed',
    (text) => text.replace('"Custom::ClosedGroup"', '"AWS::SNS::Topic"'),
  ],
  ['a token of anybody’s client', 'strength/listeners-admit-tokens-only', (text) => text.replace('"Name": "client_id"', '"Name": "azp"')],
  ['a forward before the token check', 'strength/listeners-admit-tokens-only', (text) => text.replace('"Order": 20', '"Order": 5')],
  [
    'a rule that only counts',
    'liveness/web-acl-blocks',
    (text) => text.replace(/"OverrideAction": \{\s*"None"/, '"OverrideAction": {"Count"'),
  ],
  [
    'an alarm that cannot ring',
    'liveness/alarms-fire',
    (text) =>
      text.replace(
        '"Statistic": "Maximum",\n    "Period": 60,\n    "Threshold": 0',
        '"Statistic": "Maximum",\n    "Period": 60,\n    "Threshold": 1',
      ),
  ],
  [
    'a pager that nobody may page',
    'liveness/alarms-arrive',
    (text) => text.replace('cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:*', 'cloudwatch:eu-west-9:${AWS::AccountId}:alarm:*'),
  ],
  ['charts that the trail does not see', 'liveness/trails-see-phi', (text) => text.replace('${VisitorBook.Arn}/"', '${Charts.Arn}/"')],
  [
    'a trail that its bucket refuses',
    'liveness/logs-reach-buckets',
    (text) => text.replace('${Journal.Arn}/AWSLogs/', '${Journal.Arn}/logs/'),
  ],
  [
    'a key that the logs cannot use',
    'liveness/logs-reach-groups',
    (text) => text.replace('logs.${AWS::Region}.amazonaws.com', 'logs.amazonaws.com'),
  ],
  [
    'a vault that refuses its backups',
    'liveness/rules-keep-within-vaults',
    (text) => text.replace('"DeleteAfterDays": 2500', '"DeleteAfterDays": 1000'),
  ],
  [
    'a store without a class where another has one',
    'strength/stores-say-what-they-hold',
    (text) => text.replace('"TopicName": "careline-pager"', `$&, ${TAGGED}`),
  ],
  [
    'a carrier without a class where a store has one',
    'strength/carriers-say-what-they-carry',
    (text) => text.replace('"TopicName": "careline-pager"', `$&, ${TAGGED}`),
  ],
  [
    'a function without a class where a store has one',
    'access/phi-is-read-by-what-serves-it',
    (text) => text.replace('"TopicName": "careline-pager"', `$&, ${TAGGED}`),
  ],
  [
    'a function that reaches charts from outside the network',
    'strength/functions-are-contained',
    (text) => text.replace('"VpcConfig": {', '"VpcWas": {'),
  ],
  [
    'a role by which anybody reads charts',
    'access/phi-is-read-by-what-serves-it',
    (text) => text.replace('"RoleName": "break-glass"', '"RoleName": "curious"'),
  ],
  [
    'evidence that goes with its stack',
    'hard/stores-are-not-deleted-with-stacks',
    (text) => text.replace(/("GuardLog": \{\s+"Type": "AWS::Logs::LogGroup",\s+"DeletionPolicy": )"Retain"/, '$1"Delete"'),
  ],
  [
    'a role that may delete evidence',
    'hard/audit-logs-cannot-be-deleted',
    (text) => text.replace('"logs:DescribeLogStreams"', '"logs:DeleteLogStream"'),
  ],
  ['an emergency that rings nothing', 'liveness/emergency-use-rings', (text) => text.replace('sessionIssuer.userName = \\"break', '$&s')],
  ['a role of nobody', 'strength/named-roles-are-there', (text) => text.replace('"name": "cfn-exec"', '"name": "other-exec"')],
  [
    'a way in for another target group',
    'liveness/targets-may-be-invoked',
    (text) => text.replace('"Name": "careline-visits"', '"Name": "other"'),
  ],
  [
    'backups that no role can restore',
    'liveness/service-roles-can-work',
    (text) => text.replace('"arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Restore"', '"arn:aws:iam::aws:policy/ReadOnlyAccess"'),
  ],
  [
    'a hub that looks at resources only',
    'strength/threats-are-looked-for',
    (text) => text.replace('nist-800-53/v/5.0.0', 'aws-foundational-security-best-practices/v/1.0.0'),
  ],
  [
    'a log group whose own policy leaves out the web ACL',
    'liveness/logs-reach-groups',
    (text) => text.replace('"LogGroupName": "aws-waf-logs-careline"', '$&, "ResourcePolicyDocument": {"Statement": []}'),
  ],
  [
    'a key that backups cannot use',
    'liveness/backup-roles-can-use-keys',
    (text) => text.replace(/"kms:DescribeKey",\s+"kms:Decrypt"/, '"kms:DescribeKey"'),
  ],
  [
    'an archive that does not refuse what AWS’s policy for restores grants',
    'hard/audit-logs-cannot-be-deleted',
    (text) => text.replaceAll('"s3:DeleteObject",', ''),
  ],
  [
    'charts under another key',
    'access/phi-is-kept-under-its-key',
    (text) => text.replace(/("Sid": "OnlyTheirKey",\s+"Effect": )"Deny"/, '$1"Allow"'),
  ],
])('does not hide %s', (_, id, change) => {
  expect(verdictOf(after(change), id)).toMatchObject({ state: 'unmet' });
});
