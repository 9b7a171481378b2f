import type { DetectionPlace } from '../../lib/detection/detection';
import type { Detections } from '../../lib/detection/detections';
import { detectionsOf } from '../../lib/detection/detections';
import type { WatchedData } from '../../lib/detection/watched-data';
import type { Landscape } from './landscape';

/** What the table names of an environment, as the templates spell it. */
export function placeOf(land: Landscape): DetectionPlace {
  const { account, name: environment, region } = land.config;
  const secretsEndpointId = land.refOf(land.one('AWS::EC2::VPCEndpoint', 'RecordsVpcSecretsManager'));
  return { environment, account, region, partition: 'aws', secretsEndpointId };
}

/** What is watched over data, and who belongs there, as the templates spell it. */
function watchedIn(land: Landscape): WatchedData {
  const role = (logicalId: string): string => land.arnOf(land.one('AWS::IAM::Role', logicalId));
  return {
    fieldKeyArn: land.arnOf(land.one('AWS::KMS::Key', 'KeysFields')),
    kmsEndpointId: land.refOf(land.one('AWS::EC2::VPCEndpoint', 'RecordsVpcKms')),
    keyRotationRoleArn: role('KeyRotationRotateExecutionRole'),
    documentBucketName: land.refOf(land.one('AWS::S3::Bucket', 'DocumentsBucket')),
    recordingWriterRoleName: land.config.recordingWriterRoleName,
    auditBucketName: land.refOf(land.one('AWS::S3::Bucket', 'ArchiveAuditBucket')),
    auditReaderRoleArns: [role('StaffAuditor'), role('StaffIncidentOfficer')],
  };
}

/** The table of an environment. */
export function tableOf(land: Landscape): Detections {
  return detectionsOf(placeOf(land), watchedIn(land));
}
