import type { StackProps } from 'aws-cdk-lib';
import { Stack } from 'aws-cdk-lib';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { ApiStack } from '../api/api-stack';
import type { EnvironmentConfig } from '../config/environment';
import type { KeyRotation } from '../data/key-rotation';
import type { RecordsDatabase } from '../data/records-database';
import type { Keys } from '../foundation/keys';
import { AlarmTopic } from '../shared/alarm-topic';
import { EventRules } from './event-rules';
import { EvidenceAlarms } from './evidence-alarms';
import { ServiceAlarms } from './service-alarms';
import { ThreatDetection } from './threat-detection';
import { TrailAlarms } from './trail-alarms';

/** What is watched. */
export interface DetectionStackProps extends StackProps {
  readonly config: EnvironmentConfig;
  readonly keys: Keys;
  readonly eventLogGroup: ILogGroup;
  readonly api: ApiStack;
  readonly keyRotation: KeyRotation;
  readonly database: RecordsDatabase;
}

/** Who is told of what: alarms over the trail and the service, events of AWS, threat detection. */
export class DetectionStack extends Stack {
  /** Mails the security officer. */
  readonly securityTopic: ITopic;

  constructor(scope: Construct, id: string, props: DetectionStackProps) {
    super(scope, id, props);
    const { config, keys, eventLogGroup, api, keyRotation, database } = props;
    const { securityOfficerEmail, privacyOfficerEmail } = config.contacts;
    const security = new AlarmTopic(this, 'Security', { key: keys.messaging, emailAddress: securityOfficerEmail });
    this.securityTopic = security.topic;
    const privacy = new AlarmTopic(this, 'Privacy', { key: keys.messaging, emailAddress: privacyOfficerEmail });
    new TrailAlarms(this, 'Trail', { environment: config.name, eventLogGroup, securityTopic: security.topic, privacyTopic: privacy.topic });
    const events = new EventRules(this, 'Events', { topic: security.topic, messagingKey: keys.messaging });
    new ServiceAlarms(this, 'Service', {
      environment: config.name,
      topic: security.topic,
      records: api.records,
      tokenKeys: api.tokenKeys,
      loadBalancer: api.edge.loadBalancer,
      database: database.instance,
      undelivered: events.deadLetters,
    });
    new EvidenceAlarms(this, 'Evidence', {
      environment: config.name,
      securityTopic: security.topic,
      privacyTopic: privacy.topic,
      records: api.records,
      audit: api.audit,
      keyRotation,
    });
    new ThreatDetection(this, 'Threats', config.accountServices);
  }
}
