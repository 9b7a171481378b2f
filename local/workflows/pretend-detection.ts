import { WorkflowError } from './walker';

type Values = Readonly<Record<string, unknown>>;

/** What looks at a pretend account, all of it switched off at first; null is what was deleted. */
export class PretendDetection {
  /** Features of the detector that are on. */
  detector: { enabled: boolean; features: readonly string[] } | null = { enabled: false, features: ['S3_DATA_EVENTS'] };
  recorder: { recording: boolean } | null = { recording: false };
  hasChannel = true;
  /** Standards by ARN; none without a hub. */
  hub: { standards: readonly string[] } | null = null;

  /** By the call, as the services answer. */
  readonly answers: Readonly<Record<string, (given: Values) => unknown>> = {
    'aws-sdk:guardduty:listDetectors': () => ({ DetectorIds: this.detector ? ['detector'] : [] }),
    'aws-sdk:guardduty:getDetector': ({ DetectorId }) => {
      const { enabled, features } = this.detectorOf(DetectorId);
      return {
        Status: enabled ? 'ENABLED' : 'DISABLED',
        // The trail's own events GuardDuty always looks at, and says so.
        Features: ['CLOUD_TRAIL', 'S3_DATA_EVENTS', 'RDS_LOGIN_EVENTS', 'LAMBDA_NETWORK_LOGS', 'EKS_AUDIT_LOGS'].map((Name) => ({
          Name,
          Status: Name === 'CLOUD_TRAIL' || features.includes(Name) ? 'ENABLED' : 'DISABLED',
        })),
      };
    },
    'aws-sdk:guardduty:updateDetector': ({ DetectorId, Enable, Features }) => {
      const { features } = this.detectorOf(DetectorId);
      const named = Features as readonly { readonly Name: string; readonly Status: string }[];
      const kept = features.filter((name) => !named.some(({ Name }) => Name === name));
      const on = named.filter(({ Status }) => Status === 'ENABLED').map(({ Name }) => Name);
      this.detector = { enabled: Enable === true, features: [...kept, ...on] };
      return {};
    },
    'aws-sdk:securityhub:describeHub': () => {
      this.hubOf();
      return { HubArn: 'hub' };
    },
    'aws-sdk:securityhub:getEnabledStandards': () => ({
      StandardsSubscriptions: this.hubOf().standards.map((StandardsArn) => ({ StandardsArn, StandardsStatus: 'PENDING' })),
    }),
    'aws-sdk:securityhub:enableSecurityHub': () => {
      if (this.hub) throw new WorkflowError('SecurityHub.ResourceConflictException');
      this.hub = { standards: [] };
      return {};
    },
    'aws-sdk:securityhub:batchEnableStandards': ({ StandardsSubscriptionRequests }) => {
      const named = (StandardsSubscriptionRequests as readonly { readonly StandardsArn: string }[]).map(({ StandardsArn }) => StandardsArn);
      this.hub = { standards: [...new Set([...this.hubOf().standards, ...named])] };
      return {};
    },
    'aws-sdk:config:describeConfigurationRecorderStatus': () => ({
      ConfigurationRecordersStatus: this.recorder ? [{ Name: 'recorder', Recording: this.recorder.recording }] : [],
    }),
    'aws-sdk:config:startConfigurationRecorder': ({ ConfigurationRecorderName }) => {
      if (!this.recorder || ConfigurationRecorderName !== 'recorder') throw new WorkflowError('Config.NoSuchConfigurationRecorderException');
      if (!this.hasChannel) throw new WorkflowError('Config.NoAvailableDeliveryChannelException');
      this.recorder = { recording: true };
      return {};
    },
  };

  private detectorOf(id: unknown): NonNullable<PretendDetection['detector']> {
    if (!this.detector || id !== 'detector') throw new WorkflowError('GuardDuty.BadRequestException');
    return this.detector;
  }

  private hubOf(): NonNullable<PretendDetection['hub']> {
    if (!this.hub) throw new WorkflowError('SecurityHub.InvalidAccessException');
    return this.hub;
  }
}
