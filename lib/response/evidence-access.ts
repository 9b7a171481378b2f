import type { IRole } from 'aws-cdk-lib/aws-iam';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ARCHIVE_EMERGENCY, ARCHIVE_READ } from '../identity/staff-permissions';
import type { StaffRoles } from '../identity/staff-roles';
import type { EvidenceBucket } from './evidence-bucket';

/** Whose access it is, and to what. */
export interface EvidenceAccessProps {
  readonly evidence: EvidenceBucket;
  readonly staff: StaffRoles;
}

/**
 * What people may do with the record of incidents: an auditor reads it, an incident officer adds to it, break-glass may also do what
 * undoes a mistake under a lock that can be bypassed. 164.308(a)(4)(ii)(B), 164.308(a)(6)(ii).
 *
 * Policies of this stack, attached to roles of an earlier one, which cannot name what comes after it.
 */
export class EvidenceAccess extends Construct {
  constructor(scope: Construct, id: string, { evidence, staff }: EvidenceAccessProps) {
    super(scope, id);
    const { bucket } = evidence;
    const everywhere = [bucket.bucketArn, bucket.arnForObjects('*')];
    const read = (): PolicyStatement => new PolicyStatement({ sid: 'ReadEvidence', actions: [...ARCHIVE_READ], resources: everywhere });
    const give = (policyId: string, role: IRole, description: string, statements: PolicyStatement[]): void => {
      new ManagedPolicy(this, policyId, { description, roles: [role], statements });
    };
    give('Auditor', staff.auditor, 'Reads the record of incidents.', [read()]);
    give('IncidentOfficer', staff.incidentOfficer, 'Reads the record of incidents, and adds to it.', [
      read(),
      evidence.allowAppend(staff.incidentOfficer),
    ]);
    give('BreakGlass', staff.breakGlass, 'Emergency access to the record of incidents.', [
      read(),
      new PolicyStatement({ sid: 'ChangeEvidence', actions: [...ARCHIVE_EMERGENCY], resources: everywhere }),
    ]);
  }
}
