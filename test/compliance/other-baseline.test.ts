import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKS } from '../../lib/compliance/catalogue';
import { EnvironmentModel } from '../../lib/compliance/model/environment';
import { readEnvironmentModels } from '../../lib/compliance/model/read-templates';
import { parseTemplate } from '../../lib/compliance/model/template';
import { runChecks, type CheckResult } from '../../lib/compliance/run-checks';

/**
 * A well-kept baseline of somebody else: other names, two stacks written by hand, a database
 * without a proxy, nobody who may delete at all. What it lacks
 * of ours is missing, rightly; nothing that it has is called weak.
 */
const FOLDER = join(__dirname, 'fixtures', 'other-baseline');
const STACKS = ['careline', 'front-door'];
const TODAY = '2026-11-25';

/** A route out of the subnets of the database. */
const LEAK = `"Leak": {"Type": "AWS::EC2::Route", "Properties": {"RouteTableId": {"Ref": "Inside"}, "NatGatewayId": "nat-1"}}`;

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
const idsIn = (state: string): string[] => results.filter(({ verdict }) => verdict.state === state).map(({ check: { id } }) => id);

it('is called weak only in what follows from what it lacks: a second Region, and tests of restores', () => {
  expect(idsIn('unmet').filter((id) => !id.startsWith('presence/'))).toEqual([
    'strength/backups-are-frequent-and-kept',
    'liveness/restores-are-tested',
  ]);
});

it('is found to lack what it lacks', () => {
  const lacking = idsIn('unmet').filter((id) => id.startsWith('presence/'));
  // What it watches less than ours does, each check of news says for itself.
  expect(lacking.filter((id) => !id.startsWith('presence/news-of-'))).toEqual([
    'presence/an-audit-archive',
    'presence/conformance-rules',
    'presence/a-recovery-vault',
    'presence/restore-tests',
    'presence/a-database-proxy',
    'presence/a-group-for-each-role',
    'presence/an-export-of-audit',
    'presence/a-rotation-of-data-keys',
    'presence/a-refresh-of-token-keys',
    'presence/failures-are-watched',
  ]);
});

it('can be told of in everything, and is judged wherever it has something to judge', () => {
  expect(idsIn('cannotTell')).toEqual([]);
  expect(idsIn('notApplicable').filter((id) => !id.startsWith('presence/'))).toEqual([
    'strength/parameters-hold-no-token-keys',
    'strength/proxies-let-go',
    'strength/names-lead-to-us',
    'strength/results-stay-with-us',
    'strength/roles-for-people-are-bounded',
    'strength/conformance-judges-everything',
    'access/access-is-as-reviewed',
    'access/people-prove-themselves',
    'liveness/emergency-use-rings',
    'liveness/messages-carry-no-detail',
    'deploy/conformance-packs-are-taken',
    'deploy/global-events-are-caught-at-home',
    'deploy/proxies-can-log-in',
    'deploy/restore-tests-can-start',
  ]);
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
    'deploy/logs-reach-their-buckets',
    (text) => text.replace('${Journal.Arn}/AWSLogs/', '${Journal.Arn}/logs/'),
  ],
  [
    'a key that the logs cannot use',
    'deploy/keys-serve-their-users',
    (text) => text.replace('logs.${AWS::Region}.amazonaws.com', 'logs.amazonaws.com'),
  ],
  [
    'a vault that refuses its backups',
    'deploy/backup-rules-fit-their-vaults',
    (text) => text.replace('"DeleteAfterDays": 2500', '"DeleteAfterDays": 1000'),
  ],
])('does not hide %s', (_, id, change) => {
  expect(after(change).find(({ check }) => check.id === id)?.verdict).toMatchObject({ state: 'unmet' });
});
