import type { Check } from '../../check';
import { expectAbsent, expectEqual, judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { textAt, valueAt } from '../../model/read';
import { identityOf } from '../../policy/identities';
import { expectOwnKeyAtAll } from '../storage/own-keys';

/** Every change of every resource is recorded, global ones included, and delivered to a bucket that keeps it. */
export const configurationIsRecorded: Check = {
  id: 'strength/configuration-is-recorded',
  claim: 'the recorder records every change of every type, under a role that may, and delivers it under a customer key, here alone',
  citations: ['164.308(a)(8)', '164.312(b)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, Object.keys(JUDGES), '164.308(a)(8)', (resource) => JUDGES[resource.type]?.(environment, resource) ?? []),
};

const JUDGES: Readonly<Record<string, (environment: EnvironmentModel, resource: Resource) => readonly Fault[]>> = {
  'AWS::Config::ConfigurationRecorder': faultsOfRecorder,
  'AWS::Config::DeliveryChannel': faultsOfChannel,
  // Whoever is authorised reads how everything here is set up.
  'AWS::Config::AggregationAuthorization': (environment, authorization) =>
    expectEqual(authorization, 'AuthorizedAccountId', environment.place.account),
};

function faultsOfRecorder(environment: EnvironmentModel, recorder: Resource): readonly Fault[] {
  const role = textAt(recorder, 'RoleARN');
  const isLinked = role !== undefined && /:role\/aws-service-role\/config\.amazonaws\.com\//.test(role);
  const isOurs = identityOf(environment, role)?.awsManaged.some((name) => name.endsWith('AWS_ConfigRole')) === true;
  return [
    ...expectEqual(recorder, 'RecordingGroup.AllSupported', true),
    ...expectEqual(recorder, 'RecordingGroup.IncludeGlobalResourceTypes', true),
    ...(valueAt(recorder, 'StartedOnCreate') === undefined ? [] : expectEqual(recorder, 'StartedOnCreate', true)),
    ...expectAbsent(recorder, 'RecordingGroup.ExclusionByResourceTypes'),
    ...(valueAt(recorder, 'RecordingGroup.RecordingStrategy.UseOnly') === undefined
      ? []
      : expectEqual(recorder, 'RecordingGroup.RecordingStrategy.UseOnly', 'ALL_SUPPORTED_RESOURCE_TYPES')),
    // A daily record does not show what was changed and changed back within the day.
    ...(valueAt(recorder, 'RecordingMode') === undefined ? [] : expectEqual(recorder, 'RecordingMode.RecordingFrequency', 'CONTINUOUS')),
    ...expectAbsent(recorder, 'RecordingMode.RecordingModeOverrides'),
    ...(isLinked || isOurs
      ? []
      : [{ property: 'RoleARN', value: role, expected: 'the service-linked role, or one that AWS Config can record with' }]),
  ];
}

function faultsOfChannel(environment: EnvironmentModel, channel: Resource): readonly Fault[] {
  return [
    ...(environment.at(textAt(channel, 'S3BucketName'), 'AWS::S3::Bucket')
      ? []
      : [{ property: 'S3BucketName', value: valueAt(channel, 'S3BucketName'), expected: 'a bucket of these templates' }]),
    ...expectOwnKeyAtAll(environment, channel, 'S3KmsKeyArn'),
    ...(valueAt(channel, 'SnsTopicArn') === undefined || environment.at(textAt(channel, 'SnsTopicArn'), 'AWS::SNS::Topic')
      ? []
      : [{ property: 'SnsTopicArn', value: valueAt(channel, 'SnsTopicArn'), expected: 'a topic of these templates' }]),
    // Without one there is the history of each resource, and nowhere the whole of a day.
    ...(textAt(channel, 'ConfigSnapshotDeliveryProperties.DeliveryFrequency') === undefined
      ? [{ property: 'ConfigSnapshotDeliveryProperties.DeliveryFrequency', value: undefined, expected: 'a snapshot once a day or oftener' }]
      : []),
  ];
}
