import type { EnvironmentConfig } from '../config/environment';
import type { DataStack } from '../data/data-stack';
import type { Keys } from '../foundation/keys';
import type { LogArchive } from '../foundation/log-archive';
import type { StaffRoles } from '../identity/staff-roles';
import type { NetworkStack } from '../network/network-stack';

/** What is watched and who belongs there, where the names are generated; each but that of the writer may be a token. */
export interface WatchedData {
  /** Wraps the data keys of field encryption. */
  readonly fieldKeyArn: string;
  /** The private endpoint of KMS, through which that key is used. */
  readonly kmsEndpointId: string;
  readonly keyRotationRoleArn: string;
  readonly documentBucketName: string;
  /** Puts recordings there. @default nobody does */
  readonly recordingWriterRoleName?: string | undefined;
  /** Of batches of the application's audit. */
  readonly auditBucketName: string;
  /** Of staff who read them. */
  readonly auditReaderRoleArns: readonly string[];
}

/** Where data is, and who is there for it. */
export interface DataPlaces {
  readonly config: EnvironmentConfig;
  readonly keys: Keys;
  readonly network: NetworkStack;
  readonly data: DataStack;
  readonly archive: LogArchive;
  readonly staff: StaffRoles;
}

/** What the rows over data name of an environment. */
export function watchedData({ config, keys, network, data, archive, staff }: DataPlaces): WatchedData {
  return {
    fieldKeyArn: keys.fields.keyArn,
    kmsEndpointId: network.kmsEndpoint.vpcEndpointId,
    keyRotationRoleArn: data.keyRotation.rotation.role.roleArn,
    documentBucketName: data.documents.bucket.bucketName,
    recordingWriterRoleName: config.recordingWriterRoleName,
    auditBucketName: archive.auditBucket.bucketName,
    auditReaderRoleArns: [staff.auditor, staff.incidentOfficer].map(({ roleArn }) => roleArn),
  };
}
