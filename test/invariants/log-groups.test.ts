import type { Claim } from '../support/claims';
import { holds, judge, judgeAll, notices, unlike } from '../support/claims';
import type { Landscape, Resource } from '../support/landscape';
import type { PolicyDocument } from '../support/policy';
import { decide } from '../support/policy';

interface LogGroup {
  readonly KmsKeyId?: string;
  readonly LogGroupName?: string;
  readonly ResourcePolicyDocument?: PolicyDocument;
  readonly RetentionInDays?: number;
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
}

interface Writer {
  readonly name: string;
  /** Name or ARN of the group it writes to; undefined when it would make its own. */
  readonly group: string | undefined;
}

const GROUP = 'AWS::Logs::LogGroup';
const SIX_YEARS = 2192;

const groupsAreKept: Claim = (land) =>
  judge('log groups', land.of<LogGroup>(GROUP), ({ properties, deletionPolicy, updateReplacePolicy }) => {
    // A fixed name would block the next deploy of an environment that is meant to be destroyed and rebuilt.
    const mayGo = land.config.teardown.policy === 'disposable' && properties.LogGroupName !== undefined;
    return [
      properties.KmsKeyId === undefined && 'has no key',
      unlike('retention', properties.RetentionInDays, SIX_YEARS),
      !['phi', 'audit', 'operational', 'none'].includes(properties.Tags?.find(({ Key }) => Key === 'DataClass')?.Value ?? '') &&
        'has no data class',
      !mayGo && unlike('deletion policy', deletionPolicy, 'Retain'),
      !mayGo && unlike('replacement policy', updateReplacePolicy, 'Retain'),
    ];
  });

/** Everything in the templates that writes a log, with where it writes. */
function writers(land: Landscape): Writer[] {
  const from = <Properties>(type: string, groupsOf: (properties: Properties) => readonly (string | undefined)[]): Writer[] =>
    land.of<Properties>(type).flatMap(({ name, properties }) => groupsOf(properties).map((group) => ({ name, group })));
  return [
    ...from<{ LoggingConfig?: { LogGroup?: string } }>('AWS::Lambda::Function', ({ LoggingConfig }) => [LoggingConfig?.LogGroup]),
    ...from<{ CloudWatchLogsLogGroupArn?: string }>('AWS::CloudTrail::Trail', ({ CloudWatchLogsLogGroupArn }) => [
      CloudWatchLogsLogGroupArn,
    ]),
    ...from<{ LogDestinationConfigs: string[] }>('AWS::WAFv2::LoggingConfiguration', ({ LogDestinationConfigs }) => LogDestinationConfigs),
    // These name no group: the service looks for one of a fixed name, and makes it, without a key and for ever, if there is none.
    ...from<{ DBProxyName: string }>('AWS::RDS::DBProxy', ({ DBProxyName }) => [`/aws/rds/proxy/${DBProxyName}`]),
    ...from<DbInstance>('AWS::RDS::DBInstance', ({ DBInstanceIdentifier, EnableCloudwatchLogsExports = [], MonitoringInterval = 0 }) => [
      ...EnableCloudwatchLogsExports.map((log) => `/aws/rds/instance/${DBInstanceIdentifier}/${log}`),
      ...(MonitoringInterval > 0 ? ['RDSOSMetrics'] : []),
    ]),
  ];
}

interface DbInstance {
  readonly DBInstanceIdentifier: string;
  readonly EnableCloudwatchLogsExports?: readonly string[];
  readonly MonitoringInterval?: number;
}

function groupOf(land: Landscape, { group }: Writer): Resource<LogGroup> | undefined {
  if (group === undefined) return undefined;
  return land
    .of<LogGroup>(GROUP)
    .find((candidate) => [candidate.properties.LogGroupName, land.refOf(candidate), land.arnOf(candidate)].includes(group));
}

const everyWriterHasAGroup: Claim = (land) =>
  judgeAll('writers of logs', writers(land), (writer) => [
    !groupOf(land, writer) && `${writer.name}: writes to ${writer.group ?? 'a group that it would make itself'}, which no template holds`,
  ]);

/** A service looks for its group when it is created; one that comes later is refused as existing already. */
const groupsComeFirst: Claim = (land) =>
  judge('users of fixed names', [...land.of('AWS::RDS::DBInstance'), ...land.of('AWS::RDS::DBProxy')], (user) =>
    writers(land)
      .filter(({ name }) => name === user.name)
      .map((writer) => {
        const group = groupOf(land, writer);
        return group && group.stack === user.stack && !user.dependsOn.includes(group.logicalId) && `does not wait for ${group.name}`;
      }),
  );

const everyFunctionLogsAlone: Claim = (land) => {
  const groups = land
    .of<{ LoggingConfig?: { LogGroup?: string } }>('AWS::Lambda::Function')
    .map(({ properties }) => properties.LoggingConfig?.LogGroup);
  return judge('functions', land.of<{ LoggingConfig?: { LogGroup?: string } }>('AWS::Lambda::Function'), ({ properties }) => [
    groups.filter((group) => group === properties.LoggingConfig?.LogGroup).length !== 1 && 'shares its log group',
  ]);
};

const deliveryIsAccepted: Claim = (land) => {
  const vended = land.of('AWS::WAFv2::LoggingConfiguration').map(({ name }) => name);
  const groups = writers(land)
    .filter(({ name }) => vended.includes(name))
    .flatMap((writer) => groupOf(land, writer) ?? []);
  return judge('groups of delivered logs', groups, (group) => {
    const put = (account: string) =>
      decide(group.properties.ResourcePolicyDocument?.Statement ?? [], {
        by: { service: 'delivery.logs.amazonaws.com' },
        action: 'logs:PutLogEvents',
        resource: `${land.arnOf(group)}log-stream:any`,
        context: { 'aws:SourceAccount': account, 'aws:SourceArn': `arn:aws:logs:${land.regionOf(group.stack)}:${account}:delivery` },
      });
    return [
      put(land.account) !== 'allowed' && 'does not accept delivery',
      put('999999999999') === 'allowed' && 'accepts delivery for any account',
    ];
  });
};

const wafGroupIsNamed: Claim = (land) =>
  judge('web ACL logs', land.of<{ LogDestinationConfigs: string[] }>('AWS::WAFv2::LoggingConfiguration'), ({ properties }) =>
    properties.LogDestinationConfigs.map((arn) => !/:log-group:aws-waf-logs-/.test(arn) && `${arn} is a name that the web ACL refuses`),
  );

describe('every log group', () => {
  holds('has a key, is kept six years, and says what it holds', groupsAreKept);
  holds('is in the templates before anything writes to it', everyWriterHasAGroup);
  holds('of a fixed name comes before its writer', groupsComeFirst);
  holds('belongs to one function', everyFunctionLogsAlone);
  holds('that a service delivers to accepts the delivery, for this account only', deliveryIsAccepted);
  holds('of the web ACL has the name that the web ACL accepts', wafGroupIsNamed);

  notices(
    'a group kept two years',
    groupsAreKept,
    (draft) => draft.set(GROUP, 'RecordsApiLogs', ['RetentionInDays'], 731),
    /^Api\/RecordsApiLogs\w+: retention is 731/,
  );
  notices(
    'a function that makes its own group',
    everyWriterHasAGroup,
    (draft) => draft.unset('AWS::Lambda::Function', 'MigrationsMigrate', ['LoggingConfig']),
    /^Data\/MigrationsMigrate\w+: writes to a group that it would make itself/,
  );
  notices(
    'an export of RDS to a group of its own making',
    everyWriterHasAGroup,
    (draft) => draft.remove(GROUP, 'DatabaseUpgradeLog'),
    /\/aws\/rds\/instance\/prod-records\/upgrade, which no template holds/,
  );
  notices(
    'a database that does not wait for its groups',
    groupsComeFirst,
    (draft) => draft.amend('AWS::RDS::DBInstance', 'Database', { DependsOn: [] }),
    /does not wait for Data\/DatabaseUpgradeLog/,
  );
  notices(
    'a web ACL log that would be refused',
    deliveryIsAccepted,
    (draft) => draft.unset(GROUP, 'FirewallRequests', ['ResourcePolicyDocument']),
    /^Api\/FirewallRequests\w+: does not accept delivery/,
  );
});
