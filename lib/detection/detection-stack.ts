import type { StackProps } from 'aws-cdk-lib';
import { Stack } from 'aws-cdk-lib';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { ApiStack } from '../api/api-stack';
import { AlarmTopic } from '../shared/alarm-topic';
import type { TrailGuardian } from '../trail/trail-guardian';
import { AuditSignals } from './audit-signals';
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
import type { DataPlaces } from './watched-data';
import { watchedData } from './watched-data';

/** What is watched. */
export interface DetectionStackProps extends StackProps, DataPlaces {
  readonly eventLogGroup: ILogGroup;
  readonly guardian: TrailGuardian | undefined;
  readonly api: ApiStack;
}

/** Who is told of what: alarms over the trail and the service, events of AWS, unusual access, threat detection. */
export class DetectionStack extends Stack {
  /** Mails the security officer. */
  readonly securityTopic: ITopic;
  /** Mails the privacy officer. */
  readonly privacyTopic: ITopic;
  /** What the coordinator takes from. */
  readonly coordination: CoordinationQueue;

  constructor(scope: Construct, id: string, props: DetectionStackProps) {
    super(scope, id, props);
    const { config, keys, eventLogGroup, guardian, api, data, network } = props;
    const { instance: database } = data.database;
    const { groups, secretsEndpoint, vpc } = network;
    const { securityOfficerEmail, privacyOfficerEmail } = config.contacts;
    this.securityTopic = new AlarmTopic(this, 'Security', { key: keys.messaging, emailAddress: securityOfficerEmail }).topic;
    this.privacyTopic = new AlarmTopic(this, 'Privacy', { key: keys.messaging, emailAddress: privacyOfficerEmail }).topic;
    const { account, name: environment, region } = config;
    const place = { environment, account, region, partition: this.partition, secretsEndpointId: secretsEndpoint.vpcEndpointId };
    const detections = detectionsOf(place, watchedData(props));
    const topics = { securityTopic: this.securityTopic, privacyTopic: this.privacyTopic };
    new TrailAlarms(this, 'Trail', { environment, detections: detections.trail, eventLogGroup, ...topics });
    const { topic: heartbeats } = new Heartbeat(this, 'Heartbeat', { messagingKey: keys.messaging, tell: Object.values(topics) });
    if (region === GLOBAL_EVENTS_REGION) new HeartbeatSchedule(this, 'Heartbeats');
    this.coordination = new CoordinationQueue(this, 'Coordination', { key: keys.messaging, detections: detections.bus });
    const ways = { topic: this.securityTopic, privacyTopic: this.privacyTopic, heartbeats, coordination: this.coordination.queue };
    const events = new EventRules(this, 'Events', { place, detections: detections.bus, ...ways, messagingKey: keys.messaging });
    const signals = new AuditSignals(this, 'Signals', { config, vpc, securityGroup: groups.auditSignals, keys, database });
    new ServiceAlarms(this, 'Service', {
      environment,
      topic: this.securityTopic,
      records: api.records,
      tokenKeys: api.tokenKeys,
      loadBalancer: api.edge.loadBalancer,
      database,
      databaseLog: data.database.postgresqlLog,
      undelivered: events.deadLetters,
    });
    new EvidenceAlarms(this, 'Evidence', {
      environment, ...topics, records: api.records, audit: api.audit, signals, keyRotation: data.keyRotation, guardian,
    });
    new ThreatDetection(this, 'Threats', config.accountServices);
  }
}
