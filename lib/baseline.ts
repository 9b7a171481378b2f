import { Stage } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ApiStack } from './api/api-stack';
import type { EnvironmentConfig } from './config/environment';
import { BackupStack } from './data/backup-stack';
import { DataStack } from './data/data-stack';
import { RecoveryStack } from './data/recovery-stack';
import { DetectionStack } from './detection/detection-stack';
import { GLOBAL_EVENTS_REGION, GlobalEventsStack } from './detection/global-events-stack';
import { FoundationStack } from './foundation/foundation-stack';
import { IdentityStack } from './identity/identity-stack';
import { NetworkStack } from './network/network-stack';
import { ResponseStack } from './response/response-stack';
import { tag } from './shared/tags';
import { TrailStack } from './trail/trail-stack';

/**
 * One environment: its stacks in the order in which they depend on each other. A stack uses what stands above it, never
 * what stands below.
 */
export class Baseline extends Stage {
  constructor(scope: Construct, config: EnvironmentConfig) {
    super(scope, config.name, { env: { account: config.account, region: config.region } });
    tag(this, 'Environment', config.name);
    const common = { config, terminationProtection: config.teardown.policy === 'protected' };

    const { keys, landing, archive } = new FoundationStack(this, 'Foundation', { ...common, description: 'Keys and log archives' });
    const trail = new TrailStack(this, 'Trail', { ...common, description: 'CloudTrail, AWS Config and its rules', keys, landing, archive });
    const network = new NetworkStack(this, 'Network', { ...common, description: 'VPC, security groups, private endpoints', keys, archive });
    const { vpc, groups } = network;
    const data = new DataStack(this, 'Data', { ...common, description: 'Database, proxy, documents, data keys', keys, landing, vpc, groups });
    const recovery = new RecoveryStack(this, 'Recovery', {
      ...common,
      description: 'Copies of backups in the recovery Region',
      env: { account: config.account, region: config.recoveryRegion },
    });
    const backup = new BackupStack(this, 'Backup', {
      ...common,
      description: 'Backup vaults, plan, restore tests',
      keys,
      groups,
      database: data.database,
      documents: data.documents.bucket,
      archive,
      landing,
    });
    backup.addStackDependency(recovery, 'The plan copies to its vault');
    const identity = new IdentityStack(this, 'Identity', {
      ...common,
      description: 'Users, staff roles, access analyzer',
      keys,
      landing,
      archive,
      documents: data.documents.bucket,
      backupRole: backup.role,
      administration: [data.administration.administer.function, data.keyRotation.rotation.function],
    });
    const api = new ApiStack(this, 'Api', {
      ...common,
      description: 'Load balancer, web ACL, records function, audit export',
      keys,
      landing,
      vpc,
      groups,
      proxy: data.proxy,
      database: data.database.instance,
      documents: data.documents.bucket,
      auditBucket: archive.auditBucket,
      users: identity.users,
    });
    const detection = new DetectionStack(this, 'Detection', {
      ...common,
      description: 'Alarms, threat detection, notifications',
      keys,
      eventLogGroup: trail.eventLogGroup,
      guardian: trail.guardian,
      api,
      data,
      network,
      archive,
      staff: identity.staff,
    });
    if (config.region !== GLOBAL_EVENTS_REGION) {
      new GlobalEventsStack(this, 'GlobalEvents', {
        ...common,
        description: 'Events of global services, sent on to the home Region',
        env: { account: config.account, region: GLOBAL_EVENTS_REGION },
      });
    }
    new ResponseStack(this, 'Response', {
      ...common,
      description: 'Record and evidence of incidents, containment',
      keys,
      landing,
      archive,
      network,
      data,
      backup,
      staff: identity.staff,
      users: identity.users,
      api,
      detection,
    });
  }
}
