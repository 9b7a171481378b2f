import type { TemplateDraft, Weakening, WeakeningGroup } from '../../support/weakening';
import { addition, referenceTo, WeakeningRows } from '../../support/weakening-rows';
import { DELIVERY_ROWS } from './trail-delivery';

const RECORDS = 'hard/trail-records';
const SEES = 'liveness/trails-see-phi';
const KEPT = 'strength/trails-are-encrypted-and-kept';
const REACH_BUCKETS = 'liveness/logs-reach-buckets';
const RECORDED = 'strength/configuration-is-recorded';
const JUDGED = 'strength/conformance-judges-everything';
const THREATS = 'strength/threats-are-looked-for';
const CLASSED = 'strength/stores-say-what-they-hold';

const KEY_OF_LOGS = referenceTo('AWS::KMS::Key', 'KeysLogs', 'Arn');
const DOCUMENTS = referenceTo('AWS::S3::Bucket', 'Documents');
const ROLE_OF_PROXY = referenceTo('AWS::IAM::Role', 'ProxyLoginRole', 'Arn');

const trail = new WeakeningRows('AWS::CloudTrail::Trail', 'AuditTrail', 'the trail');
const fields = (selector: number, at: number): string => `AdvancedEventSelectors.${selector}.FieldSelectors.${at}`;
const field = (selector: number, at: number, path: string): string => `${fields(selector, at)}.${path}`;
const [MANAGEMENT, OBJECTS, ARCHIVE, CALLS] = [0, 1, 2, 3];

const TRAIL: readonly Weakening[] = [
  ...['IsLogging', 'IsMultiRegionTrail', 'IncludeGlobalServiceEvents', 'EnableLogFileValidation'].flatMap((path) => [
    trail.set(path, 'false', RECORDS),
    trail.drop(path, RECORDS),
  ]),
  trail.set('KMSKeyId', KEY_OF_LOGS, KEPT, 'the key for logs'),
  trail.drop('KMSKeyId', KEPT),
  trail.set('S3BucketName', 'somebodys-bucket', KEPT),
  trail.set('S3KeyPrefix', 'elsewhere', REACH_BUCKETS),
  trail.drop('S3KeyPrefix', REACH_BUCKETS),
  trail.set('TrailName', 'another', REACH_BUCKETS),
  trail.drop('CloudWatchLogsLogGroupArn', KEPT),
  trail.drop('CloudWatchLogsRoleArn', KEPT),
  trail.set('CloudWatchLogsRoleArn', ROLE_OF_PROXY, 'liveness/logs-reach-groups', 'of the proxy'),
  trail.lose('InsightSelectors.0', KEPT),
  trail.set('InsightSelectors.1.InsightType', 'ApiCallRateInsight', KEPT),
  trail.drop('Tags', CLASSED),

  trail.set(field(MANAGEMENT, 0, 'Equals.0'), 'Data', RECORDS),
  trail.lose(`AdvancedEventSelectors.${MANAGEMENT}`, RECORDS),
  trail.add(fields(MANAGEMENT, 1), { Field: 'readOnly', Equals: ['false'] }, RECORDS),
  trail.add(fields(MANAGEMENT, 1), { Field: 'eventSource', NotEquals: ['kms.amazonaws.com'] }, RECORDS),
  trail.edit(
    'with basic selectors that leave KMS out',
    [],
    (properties) => {
      delete properties['AdvancedEventSelectors'];
      properties['EventSelectors'] = [
        { ReadWriteType: 'All', IncludeManagementEvents: true, ExcludeManagementEventSources: ['kms.amazonaws.com'] },
      ];
    },
    RECORDS,
  ),
  ...[OBJECTS, ARCHIVE, CALLS].map((at) => trail.lose(`AdvancedEventSelectors.${at}`, SEES)),
  trail.set(field(OBJECTS, 1, 'Equals.0'), 'AWS::DynamoDB::Table', SEES),
  trail.add(fields(OBJECTS, 3), { Field: 'readOnly', Equals: ['false'] }, SEES),
  trail.set(field(OBJECTS, 2, 'NotStartsWith.0'), 'arn:aws:s3:::', SEES),
  trail.set(
    field(OBJECTS, 2, 'NotStartsWith.1'),
    (draft: TemplateDraft) => `arn:aws:s3:::${DOCUMENTS(draft)}/`,
    SEES,
    'the document bucket',
  ),
  trail.set(field(OBJECTS, 2, 'Field'), 'userIdentity.arn', SEES),
  trail.set(field(ARCHIVE, 2, 'StartsWith.0'), 'arn:aws:s3:::another/', SEES),
  trail.set(field(ARCHIVE, 2, 'StartsWith.1'), 'arn:aws:s3:::another/', SEES),
  trail.set(field(ARCHIVE, 3, 'NotEquals.0'), 'DeleteObject', SEES),
  trail.drop(field(OBJECTS, 2, 'NotStartsWith.1'), SEES),
  addition('a second trail to somebody’s bucket', KEPT, 'Trail', 'AWS::CloudTrail::Trail', () => ({
    IsLogging: true,
    S3BucketName: 'somebodys-bucket',
  })),
  trail.gone('presence/a-trail'),
];

const recorder = new WeakeningRows('AWS::Config::ConfigurationRecorder', 'ConfigRecorder', 'the recorder');
const channel = new WeakeningRows('AWS::Config::DeliveryChannel', 'ConfigChannel', 'the delivery channel');
const pack = new WeakeningRows('AWS::Config::ConformancePack', 'ConformancePack', 'the conformance pack');

const packWith = (what: string, change: (rules: Record<string, { Properties: Record<string, unknown> }>) => void): Weakening =>
  pack.edit(
    what,
    ['TemplateBody'],
    (properties) => {
      const body = JSON.parse(String(properties['TemplateBody'])) as { Resources: Record<string, { Properties: Record<string, unknown> }> };
      change(body.Resources);
      properties['TemplateBody'] = JSON.stringify(body);
    },
    JUDGED,
  );
const packAsking = (rule: string, name: string, value: string): Weakening =>
  packWith(`with ${name} ${value} of ${rule}`, (rules) => {
    const parameters = rules[rule]?.Properties['InputParameters'] as Record<string, string>;
    parameters[name] = value;
  });

const CONFIGURATION: readonly Weakening[] = [
  recorder.set('RecordingGroup.AllSupported', 'false', RECORDED),
  recorder.set('RecordingGroup.IncludeGlobalResourceTypes', false, RECORDED),
  recorder.add('RecordingGroup.ExclusionByResourceTypes', { ResourceTypes: ['AWS::IAM::Role'] }, RECORDED),
  recorder.add('RecordingGroup.RecordingStrategy', { UseOnly: 'EXCLUSION_BY_RESOURCE_TYPES' }, RECORDED),
  recorder.add('RecordingMode', { RecordingFrequency: 'DAILY' }, RECORDED),
  recorder.add('StartedOnCreate', 'false', RECORDED),
  recorder.set('RoleARN', ROLE_OF_PROXY, RECORDED, 'of the proxy'),
  recorder.gone('presence/a-recorder'),
  channel.set('S3BucketName', 'somebodys-bucket', RECORDED),
  channel.set('S3BucketName', referenceTo('AWS::S3::Bucket', 'ArchiveAudit'), REACH_BUCKETS, 'of the audit archive'),
  channel.drop('S3KmsKeyArn', RECORDED),
  channel.set('S3KmsKeyArn', KEY_OF_LOGS, REACH_BUCKETS, 'the key for logs'),
  channel.add('S3KeyPrefix', 'elsewhere', REACH_BUCKETS),
  channel.add('SnsTopicArn', 'arn:aws:sns:us-east-1:999999999999:theirs', RECORDED),
  channel.drop('ConfigSnapshotDeliveryProperties.DeliveryFrequency', RECORDED),
  channel.gone('presence/a-delivery-channel'),
  addition('an account that may gather the configuration', RECORDED, 'Trail', 'AWS::Config::AggregationAuthorization', () => ({
    AuthorizedAccountId: '999999999999',
  })),
  pack.gone('presence/conformance-rules'),
  packWith('without the rule on root keys', (rules) => delete rules['IamRootAccessKeyCheck']),
  packWith('without rules', (rules) => Object.keys(rules).forEach((name) => delete rules[name])),
  packWith('with a rule for buckets of one tag', (rules) => {
    const rule = rules['S3BucketVersioningEnabled'];
    if (rule) rule.Properties['Scope'] = { TagKey: 'Judged', TagValue: 'yes' };
  }),
  packAsking('AccessKeysRotated', 'maxAccessKeyAge', '3650'),
  packAsking('IamPasswordPolicy', 'MinimumPasswordLength', '6'),
  packAsking('BackupPlanMinFrequencyAndMinRetentionCheck', 'requiredRetentionDays', '1'),
  packAsking('VpcSgOpenOnlyToAuthorizedPorts', 'authorizedTcpPorts', '22,443'),
  packAsking('S3AccountLevelPublicAccessBlocksPeriodic', 'BlockPublicPolicy', 'false'),
  packAsking('IamInlinePolicyBlockedKmsActions', 'blockedActionsPatterns', 'kms:Nothing'),
];

const detector = new WeakeningRows('AWS::GuardDuty::Detector', 'Threats', 'the detector');
const hub = new WeakeningRows('AWS::SecurityHub::Hub', 'Threats', 'the hub');
const bestPractices = new WeakeningRows('AWS::SecurityHub::Standard', 'ThreatsBestPractices', 'the standard of best practices');
const benchmark = new WeakeningRows('AWS::SecurityHub::Standard', 'ThreatsCisBenchmark', 'the benchmark of CIS');
const control = new WeakeningRows('AWS::SecurityHub::SecurityControl', 'Threats', 'the custom control');
const analyzer = new WeakeningRows('AWS::AccessAnalyzer::Analyzer', 'Analyzer', 'the analyzer');

const THREAT_ROWS: readonly Weakening[] = [
  detector.set('Enable', 'false', THREATS),
  ...[0, 1, 2].flatMap((at) => [detector.set(`Features.${at}.Status`, 'DISABLED', THREATS), detector.lose(`Features.${at}`, THREATS)]),
  detector.set('Features.3.Name', 'S3_DATA_EVENTS', THREATS),
  detector.add('DataSources', { S3Logs: { Enable: false } }, THREATS),
  detector.set('FindingPublishingFrequency', 'SIX_HOURS', THREATS),
  detector.drop('FindingPublishingFrequency', THREATS),
  detector.gone('presence/a-detector'),
  addition('a filter of the detector that archives findings', THREATS, 'Detection', 'AWS::GuardDuty::Filter', () => ({
    Action: 'ARCHIVE',
    Name: 'quiet',
  })),
  addition('a list of addresses that the detector trusts', THREATS, 'Detection', 'AWS::GuardDuty::IPSet', () => ({
    Activate: true,
    Format: 'TXT',
  })),
  addition('a rule of the hub that suppresses findings', THREATS, 'Detection', 'AWS::SecurityHub::AutomationRule', () => ({
    Actions: [{ Type: 'FINDING_FIELDS_UPDATE', FindingFieldsUpdate: { Workflow: { Status: 'SUPPRESSED' } } }],
  })),
  hub.set('AutoEnableControls', 'false', THREATS),
  hub.gone('presence/a-hub'),
  ...[bestPractices, benchmark].flatMap((each) => [
    each.set('StandardsArn', 'arn:aws:securityhub:us-east-1::standards/pci-dss/v/3.2.1', THREATS),
    each.add('DisabledStandardsControls', [{ StandardsControlArn: 'arn:aws:securityhub:us-east-1:111122223333:control/some' }], THREATS),
    each.gone(THREATS),
  ]),
  control.set('SecurityControlId', 'IAM.7', THREATS),
  control.set('LastUpdateReason', '', THREATS),
  control.add('Parameters.daysToExpiration', { ValueType: 'CUSTOM', Value: { Integer: 1 } }, THREATS),
  analyzer.set('Type', 'ACCOUNT_UNUSED_ACCESS', THREATS),
  analyzer.add('ArchiveRules', [{ RuleName: 'all', Filter: [{ Property: 'isPublic', Eq: ['true'] }] }], THREATS),
  analyzer.gone('presence/an-access-analyzer'),
];

/** What makes a template say other than what is deployed. */
const UNSAID: readonly Weakening[] = [
  {
    what: 'a trail that a deploy makes on a condition',
    noticedBy: 'deploy/templates-are-what-is-deployed',
    covers: [],
    change: (draft) => Object.assign(draft.one('AWS::CloudTrail::Trail'), { Condition: 'IsAudited' }),
  },
  {
    what: 'a macro that rewrites a template',
    noticedBy: 'deploy/templates-are-what-is-deployed',
    covers: [],
    change: (draft) => [...draft.templates.values()].slice(0, 1).forEach((template) => Object.assign(template, { Transform: ['Rewrite'] })),
  },
];

/** The trail, the recorder and the detectors, and whether logs arrive. */
export const TRAIL_WEAKENINGS: WeakeningGroup = {
  types: [
    'AWS::CloudTrail::Trail',
    'AWS::Config::ConfigurationRecorder',
    'AWS::Config::DeliveryChannel',
    'AWS::Config::ConformancePack',
    'AWS::GuardDuty::Detector',
    'AWS::SecurityHub::Hub',
    'AWS::SecurityHub::Standard',
    'AWS::SecurityHub::SecurityControl',
    'AWS::AccessAnalyzer::Analyzer',
  ],
  rows: [...TRAIL, ...CONFIGURATION, ...THREAT_ROWS, ...DELIVERY_ROWS, ...UNSAID],
  neutral: [
    {
      patterns: ['AWS::CloudTrail::Trail AdvancedEventSelectors.*.Name', 'AWS::Config::ConformancePack ConformancePackName'],
      because: 'A name for whoever reads the console: a selector and a pack act the same under any.',
    },
    {
      patterns: ['AWS::GuardDuty::Detector Tags', 'AWS::SecurityHub::Hub Tags', 'AWS::AccessAnalyzer::Analyzer Tags'],
      because: 'These hold no data of ours: a tag of theirs is for the bill, and no policy asks for it.',
    },
    {
      patterns: ['AWS::SecurityHub::Hub ControlFindingGenerator', 'AWS::SecurityHub::Hub EnableDefaultStandards'],
      because:
        'Otherwise the hub reports a control once for each standard, or judges by more standards besides: more findings, never fewer.',
    },
    {
      patterns: ['AWS::SecurityHub::SecurityControl Parameters.includeConfigServiceLinkedRoleCheck.*'],
      because: 'It is off already, since the recorder has a role of its own; on, the control reports that role and hides nothing.',
    },
  ],
};
