import { CloudTrailEvents, onBus } from './cloudtrail-event';
import type { BusDetection, DetectionPlace } from './detection';

/**
 * Calls that disarm what watches, take keys out of use, or make somebody mighty. A deploy is never left out here: it is told at a lower
 * severity. 164.308(a)(6)(ii), 164.312(b).
 */
export function controlCalls(place: DetectionPlace): readonly BusDetection[] {
  return [trailChange(place), detectorDisabled(place), detectionTampering(place), keyLoss(place)];
}

function trailChange(place: DetectionPlace): BusDetection {
  const aws = new CloudTrailEvents(place);
  return {
    id: 'TrailChange',
    source: 'bus',
    region: 'home',
    description: 'The audit trail was stopped, deleted, or records less.',
    pattern: {
      source: ['aws.cloudtrail'],
      detail: { eventName: ['StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors', 'PutInsightSelectors'] },
    },
    severity: 'critical',
    severityOfDeployment: 'medium',
    tier: 'A',
    action: 'restart-trail',
    exempt: ['response'],
    citations: ['164.312(b)'],
    fixtures: {
      match: [
        ...aws.calls('cloudtrail', 'StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors', 'PutInsightSelectors'),
        ...[aws.root, aws.user, aws.breakGlass, aws.deployment].map((userIdentity) =>
          aws.call('cloudtrail', 'StopLogging', { userIdentity }),
        ),
        aws.call('cloudtrail', 'StopLogging', { errorCode: 'AccessDenied' }),
      ].map(onBus),
      miss: [
        aws.call('cloudtrail', 'StopLogging', { userIdentity: aws.response }),
        ...aws.calls('cloudtrail', 'GetTrailStatus', 'StartLogging'),
        aws.mention('StopLogging'),
      ].map(onBus),
    },
  };
}

function detectorDisabled(place: DetectionPlace): BusDetection {
  const aws = new CloudTrailEvents(place);
  const filter = (action: string) => aws.call('guardduty', 'CreateFilter', { requestParameters: { name: 'quiet', action } });
  const feature = (name: string, status: string) => ({ name, status });
  const update = (requestParameters: object) => aws.call('guardduty', 'UpdateDetector', { requestParameters });
  return {
    id: 'DetectorDisabled',
    source: 'bus',
    region: 'home',
    description: 'GuardDuty, Security Hub, AWS Config or the access analyzer was switched off, or findings are hidden.',
    pattern: {
      source: ['aws.guardduty', 'aws.securityhub', 'aws.config', 'aws.access-analyzer'],
      detail: {
        $or: [
          {
            eventName: [
              'DeleteDetector', 'DisableSecurityHub', 'StopConfigurationRecorder', 'DeleteConfigurationRecorder',
              'DeleteDeliveryChannel', 'DeleteAnalyzer',
            ],
          },
          { eventName: ['UpdateDetector'], requestParameters: { enable: [false] } },
          { eventName: ['UpdateDetector'], requestParameters: { features: { status: ['DISABLED'] } } },
          { eventName: ['CreateFilter', 'UpdateFilter'], requestParameters: { action: ['ARCHIVE'] } },
        ],
      },
    },
    severity: 'critical',
    severityOfDeployment: 'medium',
    tier: 'A',
    action: 'switch-detection-on',
    exempt: ['response'],
    citations: ['164.308(a)(1)(ii)(D)', '164.308(a)(8)'],
    fixtures: {
      match: [
        aws.call('guardduty', 'DeleteDetector'),
        update({ enable: false }),
        update({ enable: true, features: [feature('S3_DATA_EVENTS', 'ENABLED'), feature('RDS_LOGIN_EVENTS', 'DISABLED')] }),
        filter('ARCHIVE'),
        aws.call('securityhub', 'DisableSecurityHub', { userIdentity: aws.user }),
        ...aws.calls('config', 'StopConfigurationRecorder', 'DeleteConfigurationRecorder', 'DeleteDeliveryChannel'),
        aws.call('access-analyzer', 'DeleteAnalyzer', { userIdentity: aws.deployment }),
      ].map(onBus),
      miss: [
        update({ enable: true, features: [feature('S3_DATA_EVENTS', 'ENABLED')] }),
        filter('NOOP'),
        aws.call('guardduty', 'DeleteDetector', { userIdentity: aws.response }),
        aws.call('config', 'StartConfigurationRecorder'),
      ].map(onBus),
    },
  };
}

function detectionTampering(place: DetectionPlace): BusDetection {
  const aws = new CloudTrailEvents(place);
  const rules = `${place.environment}-Detection-`;
  const put = (name: string) => aws.call('events', 'PutRule', { requestParameters: { name, state: 'ENABLED' } });
  return {
    id: 'DetectionTampering',
    source: 'bus',
    region: 'home',
    description: 'A rule, alarm, filter, topic or workflow that detects or responds was deleted, switched off or changed.',
    pattern: {
      source: ['aws.events', 'aws.scheduler', 'aws.states', 'aws.monitoring', 'aws.logs', 'aws.sns'],
      detail: {
        $or: [
          {
            eventName: [
              'DisableRule', 'DeleteRule', 'RemoveTargets', 'DeleteSchedule', 'UpdateSchedule', 'DeleteStateMachine',
              'UpdateStateMachine', 'DeleteAlarms',
              'DisableAlarmActions', 'DeleteMetricFilter', 'DeleteLogGroup', 'DeleteTopic', 'Unsubscribe', 'SetTopicAttributes',
            ],
          },
          { eventName: ['PutRule'], requestParameters: { name: [{ prefix: rules }] } },
          { eventName: ['PutTargets'], requestParameters: { rule: [{ prefix: rules }] } },
        ],
      },
    },
    severity: 'critical',
    severityOfDeployment: 'medium',
    tier: 'C',
    action: 'none',
    exempt: ['response'],
    citations: ['164.312(b)', '164.308(a)(6)(ii)'],
    fixtures: {
      match: [
        ...aws.calls('events', 'DisableRule', 'DeleteRule', 'RemoveTargets'),
        put(`${rules}EventsKeyLoss12AB34CD-1a2b3c`),
        aws.call('events', 'PutTargets', { requestParameters: { rule: `${rules}EventsKeyLoss12AB34CD-1a2b3c` } }),
        ...aws.calls('scheduler', 'DeleteSchedule', 'UpdateSchedule'),
        ...aws.calls('states', 'DeleteStateMachine', 'UpdateStateMachine'),
        ...aws.calls('monitoring', 'DeleteAlarms', 'DisableAlarmActions'),
        ...aws.calls('logs', 'DeleteMetricFilter', 'DeleteLogGroup'),
        ...aws.calls('sns', 'DeleteTopic', 'Unsubscribe', 'SetTopicAttributes'),
        ...[aws.root, aws.deployment].map((userIdentity) => aws.call('events', 'DisableRule', { userIdentity })),
      ].map(onBus),
      miss: [
        put('AWSBackupManagedRule'),
        aws.call('events', 'DisableRule', { userIdentity: aws.response }),
        ...aws.calls('events', 'EnableRule', 'DescribeRule'),
        aws.call('monitoring', 'PutMetricAlarm'),
      ].map(onBus),
    },
  };
}

function keyLoss(place: DetectionPlace): BusDetection {
  const aws = new CloudTrailEvents(place);
  const keyId = '1234abcd-12ab-34cd-56ef-1234567890ab';
  const lose = (eventName: string, more: object = {}) => aws.call('kms', eventName, { requestParameters: { keyId }, ...more });
  const byArn = { keyId: `arn:${place.partition}:kms:${place.region}:${place.account}:key/${keyId}` };
  const grantBy = (userIdentity: object) => lose('CreateGrant', { userIdentity });
  return {
    id: 'KeyLoss',
    source: 'bus',
    region: 'home',
    description: 'A key was disabled or scheduled for deletion, its policy changed, or its use granted by somebody who is no service.',
    pattern: {
      source: ['aws.kms'],
      detail: {
        $or: [
          { eventName: ['PutKeyPolicy', 'DisableKey', 'ScheduleKeyDeletion', 'DeleteImportedKeyMaterial', 'DisableKeyRotation'] },
          { eventName: ['CreateGrant'], userIdentity: { invokedBy: [{ exists: false }] } },
        ],
      },
    },
    severity: 'high',
    severityOfDeployment: 'medium',
    tier: 'A',
    action: 'keep-key',
    target: { field: 'keyId', path: 'detail.requestParameters.keyId' },
    exempt: ['response'],
    citations: ['164.312(a)(2)(iv)'],
    fixtures: {
      match: [
        ...['PutKeyPolicy', 'DisableKey', 'DeleteImportedKeyMaterial', 'DisableKeyRotation', 'CreateGrant'].map((name) => lose(name)),
        lose('ScheduleKeyDeletion', { requestParameters: { ...byArn, pendingWindowInDays: 7 } }),
        ...[aws.root, aws.user, aws.breakGlass, aws.deployment].map((userIdentity) => lose('DisableKey', { userIdentity })),
      ].map(onBus),
      miss: [
        lose('DisableKey', { userIdentity: aws.response }),
        grantBy({ ...aws.asRole('operator'), invokedBy: 'rds.amazonaws.com' }),
        grantBy({ type: 'AWSService', invokedBy: 'backup.amazonaws.com' }),
        ...aws.calls('kms', 'EnableKey', 'CancelKeyDeletion', 'GenerateDataKey'),
      ].map(onBus),
    },
  };
}
