import type { Check } from '../../check';
import { judgeEach, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { textAt, textsAt, valueAt } from '../../model/read';
import { keyNamed, obstaclesOfRole, obstaclesTo, service, type Delivery } from './delivery';

const WRITING = ['logs:CreateLogStream', 'logs:PutLogEvents'];

/** Roles that write into a group for a service: where each type names role and group. */
const WRITERS: Readonly<Record<string, { readonly role: string; readonly group: string; readonly by: string }>> = {
  'AWS::CloudTrail::Trail': { role: 'CloudWatchLogsRoleArn', group: 'CloudWatchLogsLogGroupArn', by: 'cloudtrail.amazonaws.com' },
  'AWS::EC2::FlowLog': { role: 'DeliverLogsPermissionArn', group: 'LogGroupName', by: 'vpc-flow-logs.amazonaws.com' },
  'AWS::Lambda::Function': { role: 'Role', group: 'LoggingConfig.LogGroup', by: 'lambda.amazonaws.com' },
};

/** A group whose key does not let CloudWatch Logs in takes nothing; nor does one that its writer may not write to. */
export const logsReachGroups: Check = {
  id: 'liveness/logs-reach-groups',
  claim: 'every log group’s key lets CloudWatch Logs use it, and whatever logs to a group may write there',
  citations: ['164.312(b)', '164.308(a)(1)(ii)(D)'],
  severity: 'error',
  evaluate: (environment) => {
    const types = ['AWS::Logs::LogGroup', ...Object.keys(WRITERS), 'AWS::WAFv2::LoggingConfiguration'];
    return judgeEach(
      types.flatMap((type) => environment.of(type)),
      '164.312(b)',
      (resource): readonly Fault[] => {
        switch (resource.type) {
          case 'AWS::Logs::LogGroup':
            return obstaclesTo(environment, encrypted(environment, resource));
          case 'AWS::WAFv2::LoggingConfiguration':
            return requests(environment, resource).flatMap((delivery) => obstaclesTo(environment, delivery));
          default:
            return written(environment, resource);
        }
      },
      'the templates hold no log group and nothing that writes to one',
    );
  },
};

function encrypted(environment: EnvironmentModel, group: Resource): Delivery {
  const key = keyNamed(environment, group, 'KmsKeyId');
  const context = {
    'kms:EncryptionContext:aws:logs:arn': environment.arnOf(group).replace(/:\*$/, ''),
    'aws:SourceAccount': environment.place.account,
  };
  const by = [service(`logs.${group.region}.amazonaws.com`)];
  const steps = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo', 'kms:GenerateDataKey', 'kms:DescribeKey'];
  return {
    from: group,
    property: 'KmsKeyId',
    target: group,
    steps: key ? steps.map((action) => ({ at: key, by, action, resource: environment.arnOf(key), context })) : [],
  };
}

function requests(environment: EnvironmentModel, logging: Resource): readonly Delivery[] {
  return textsAt(logging, 'LogDestinationConfigs').flatMap((destination, at): readonly Delivery[] => {
    const group = environment.at(destination, 'AWS::Logs::LogGroup');
    // Of a group without a policy AWS writes one itself when the logging is switched on, and leaves alone what a template says.
    if (!group || valueAt(group, 'ResourcePolicyDocument') === undefined) return [];
    const context = {
      'aws:SourceAccount': environment.place.account,
      'aws:SourceArn': `arn:aws:logs:${logging.region}:${environment.place.account}:some`,
    };
    const by = [service('delivery.logs.amazonaws.com')];
    const steps = WRITING.map((action) => ({ at: group, by, action, resource: streamOf(environment, group), context }));
    return [{ from: logging, property: `LogDestinationConfigs.${at}`, target: group, steps }];
  });
}

function written(environment: EnvironmentModel, writer: Resource): readonly Fault[] {
  const { role, group: named, by } = WRITERS[writer.type] ?? { role: '', group: '', by: '' };
  const group = environment.at(textAt(writer, named), 'AWS::Logs::LogGroup');
  if (!group) return [];
  return obstaclesOfRole(
    environment,
    role,
    valueAt(writer, role),
    by,
    WRITING.map((action) => ({ action, resource: streamOf(environment, group) })),
  );
}

function streamOf(environment: EnvironmentModel, group: Resource): string {
  return environment.arnOf(group).replace(/:\*$/, ':log-stream:some');
}
