import type { StackProps } from 'aws-cdk-lib';
import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ApiStack } from '../api/api-stack';
import type { EnvironmentConfig } from '../config/environment';
import type { BackupStack } from '../data/backup-stack';
import type { DataStack } from '../data/data-stack';
import type { DetectionStack } from '../detection/detection-stack';
import type { Keys } from '../foundation/keys';
import type { LogArchive } from '../foundation/log-archive';
import type { LogLanding } from '../foundation/log-landing';
import type { StaffRoles } from '../identity/staff-roles';
import type { RecordsUserPool } from '../identity/user-pool';
import type { NetworkStack } from '../network/network-stack';
import { containmentActions } from './containment/actions';
import { Containment } from './containment/containment';
import { EvidenceAccess } from './evidence-access';
import { EvidenceBucket } from './evidence-bucket';
import { IncidentClocks } from './incident-clocks';
import { IncidentCoordinator } from './incident-coordinator';
import { SessionRevoker } from './session-revoker';

/** What a response is made with. */
export interface ResponseStackProps extends StackProps {
  readonly config: EnvironmentConfig;
  readonly keys: Keys;
  readonly landing: LogLanding;
  readonly backup: BackupStack;
  readonly staff: StaffRoles;
  readonly archive: LogArchive;
  readonly network: NetworkStack;
  readonly data: DataStack;
  readonly users: RecordsUserPool;
  readonly api: ApiStack;
  readonly detection: DetectionStack;
}

/** What happens after something is detected: the record of incidents, and who keeps it. */
export class ResponseStack extends Stack {
  readonly evidence: EvidenceBucket;

  constructor(scope: Construct, id: string, props: ResponseStackProps) {
    super(scope, id, props);
    const { config, keys, landing, backup, staff, detection } = props;
    this.evidence = new EvidenceBucket(this, 'Evidence', { config, key: keys.evidence, accessLogBucket: landing.accessLogBucket });
    new EvidenceAccess(this, 'Access', { evidence: this.evidence, staff });
    backup.include(this.evidence, 'evidence', this.evidence.bucket);
    const { actions } = this.containment(props);
    new IncidentCoordinator(this, 'Coordination', { config, keys, detection, evidence: this.evidence, actions });
    new IncidentClocks(this, 'Clocks', { environment: config.name, keys, evidence: this.evidence, detection });
  }

  private containment(props: ResponseStackProps): Containment {
    const { config, keys, landing, backup, staff, archive, network, data, users, api, detection } = props;
    const database = data.database.instance;
    const documents = data.documents.bucket;
    const archives = [archive.trailBucket, archive.auditBucket, landing.accessLogBucket, landing.albLogBucket, landing.configBucket];
    const securityGroup = network.groups.sessionRevoker;
    const { revoker } = new SessionRevoker(this, 'SessionRevoker', { vpc: network.vpc, securityGroup, logsKey: keys.logs, database });
    return new Containment(this, 'Containment', {
      config, keys, evidence: this.evidence, archives,
      actions: containmentActions({
        environment: config.name, accountServices: config.accountServices, database,
        quarantine: network.groups.quarantine,
        api: api.records.api.function,
        functions: [api.records.api, api.tokenKeys.refresher, data.keyRotation.rotation, data.administration.administer].map(
          (each) => each.function,
        ),
        staff: [staff.operator, staff.auditor],
        userPool: users.userPool,
        revoker: revoker.function,
        documents, buckets: [documents, this.evidence.bucket, ...archives], keys: keys.all,
        trailBucket: archive.trailBucket,
        backupRole: backup.role.role,
        topic: detection.securityTopic,
        messagingKey: keys.messaging,
      }),
    });
  }
}
