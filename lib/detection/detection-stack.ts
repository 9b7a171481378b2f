import type { StackProps } from 'aws-cdk-lib';
import { Stack } from 'aws-cdk-lib';
import type { IInterfaceVpcEndpoint } from 'aws-cdk-lib/aws-ec2';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { ApiStack } from '../api/api-stack';
import type { EnvironmentConfig } from '../config/environment';
import type { KeyRotation } from '../data/key-rotation';
import type { RecordsDatabase } from '../data/records-database';
import type { Keys } from '../foundation/keys';
import { AlarmTopic } from '../shared/alarm-topic';
import type { TrailGuardian } from '../trail/trail-guardian';
import { CoordinationQueue } from './coordination-queue';
import { detectionsOf } from './detections';
import { EventRules } from './event-rules';
import { EvidenceAlarms } from './evidence-alarms';
import { GLOBAL_EVENTS_REGION } from './global-events-stack';
import { Heartbeat } from './heartbeat';
import { HeartbeatSchedule } from './heartbeat-schedule';
import { ServiceAlarms } from './service-alarms';
import { ThreatDetection } from './threat-detection';
import { TrailAlarms } from './trail-alarms';

/** What is watched. */
export interface DetectionStackProps extends StackProps {
  readonly config: EnvironmentConfig;
  readonly keys: Keys;
  readonly eventLogGroup: ILogGroup;
  readonly guardian: TrailGuardian | undefined;
  readonly api: ApiStack;
  readonly keyRotation: KeyRotation;
  readonly database: RecordsDatabase;
  /** The only way by which the master login is read. */
  readonly secretsEndpoint: IInterfaceVpcEndpoint;
}

/** Who is told of what: alarms over the trail and the service, events of AWS, threat detection. */
export class DetectionStack extends Stack {
  /** Mails the security officer. */
  readonly securityTopic: ITopic;
  /** What the coordinator takes from. */
  readonly coordination: CoordinationQueue;

  constructor(scope: Construct, id: string, props: DetectionStackProps) {
    super(scope, id, props);
    const { config, keys, eventLogGroup, guardian, api, keyRotation, database, secretsEndpoint } = props;
    const { securityOfficerEmail, privacyOfficerEmail } = config.contacts;
    const security = new AlarmTopic(this, 'Security', { key: keys.messaging, emailAddress: securityOfficerEmail });
    this.securityTopic = security.topic;
    const privacy = new AlarmTopic(this, 'Privacy', { key: keys.messaging, emailAddress: privacyOfficerEmail });
    const { account, name: environment, region } = config;
    const place = { environment, account, region, partition: this.partition, secretsEndpointId: secretsEndpoint.vpcEndpointId };
    const detections = detectionsOf(place);
    const topics = { securityTopic: security.topic, privacyTopic: privacy.topic };
    new TrailAlarms(this, 'Trail', { environment, detections: detections.trail, eventLogGroup, ...topics });
    const { topic: heartbeats } = new Heartbeat(this, 'Heartbeat', { messagingKey: keys.messaging, tell: [security.topic, privacy.topic] });
    if (region === GLOBAL_EVENTS_REGION) new HeartbeatSchedule(this, 'Heartbeats');
    this.coordination = new CoordinationQueue(this, 'Coordination', { key: keys.messaging, detections: detections.bus });
    const ways = { topic: security.topic, heartbeats, coordination: this.coordination.queue, messagingKey: keys.messaging };
    const events = new EventRules(this, 'Events', { place, detections: detections.bus, ...ways });
    new ServiceAlarms(this, 'Service', {
      environment,
      topic: security.topic,
      records: api.records,
      tokenKeys: api.tokenKeys,
      loadBalancer: api.edge.loadBalancer,
      database: database.instance,
      undelivered: events.deadLetters,
    });
    new EvidenceAlarms(this, 'Evidence', {
      environment, ...topics,
      records: api.records,
      audit: api.audit,
      keyRotation,
      guardian,
    });
    new ThreatDetection(this, 'Threats', config.accountServices);
  }
}
