import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { EnvironmentConfig } from '../config/environment';
import { denyUnlessBreakGlass } from '../shared/break-glass-deny';
import { backupRoleName, breakGlassRoleArn, recordsApiRoleName, roleArn } from '../shared/fixed-names';

/** Where documents are: the API hands them in and out, by presigned address. */
export const DOCUMENT_OBJECTS = 'documents/*';

/** Where recordings are: the API hands them out; the video product puts them there. */
export const RECORDING_OBJECTS = 'recordings/*';

/** What shows the content of an object. */
const READ = ['s3:GetObject', 's3:GetObjectVersion'];
const WRITE = ['s3:PutObject'];

/**
 * Statements of the bucket's policy that leave objects to the API's role, to AWS Backup's and to break-glass: whatever an identity of
 * the account may be allowed, it reads and writes none. 164.312(a)(1), 164.308(a)(4)(ii)(B).
 *
 * Clients come from the internet with addresses that the API's role has signed, so neither a network nor a service can be demanded; the
 * role can. Denied are calls without a principal, too.
 */
export function denyStrangers(bucket: IBucket, { name, recordingWriterRoleName }: EnvironmentConfig): readonly PolicyStatement[] {
  const role = (roleName: string): string => roleArn(bucket, roleName);
  const always = [breakGlassRoleArn(bucket, name), role(backupRoleName(name))];
  const api = role(recordsApiRoleName(name));
  const writers = recordingWriterRoleName === undefined ? [] : [role(recordingWriterRoleName)];
  const documents = bucket.arnForObjects(DOCUMENT_OBJECTS);
  const recordings = bucket.arnForObjects(RECORDING_OBJECTS);
  const deny = (sid: string, actions: string[], resources: string[], ...others: string[]): PolicyStatement =>
    denyUnlessBreakGlass({ sid, actions, resources, exceptRoleArns: [...always, ...others] });
  return [
    deny('DenyReadingByStrangers', READ, [documents, recordings], api),
    deny('DenyDocumentsOfStrangers', WRITE, [documents], api),
    deny('DenyRecordingsOfStrangers', WRITE, [recordings], ...writers),
  ];
}

/**
 * Statements of the bucket's policy that refuse an upload which names a key or an algorithm other than the bucket's own. One that names
 * none gets the bucket's default, so nothing is demanded of a client. 164.312(a)(2)(iv).
 */
export function denyOtherEncryption(bucket: IBucket, key: IKey): readonly PolicyStatement[] {
  const algorithm = 's3:x-amz-server-side-encryption';
  const deny = (sid: string, header: string, expected?: string): PolicyStatement =>
    new PolicyStatement({
      sid,
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: WRITE,
      resources: [bucket.arnForObjects('*')],
      conditions: {
        // A header that is absent would also be unequal.
        Null: { [header]: 'false' },
        ...(expected === undefined ? {} : { StringNotEquals: { [header]: expected } }),
      },
    });
  return [
    deny('DenyOtherAlgorithms', algorithm, 'aws:kms'),
    deny('DenyOtherKeys', `${algorithm}-aws-kms-key-id`, key.keyArn),
    deny('DenyKeysOfClients', `${algorithm}-customer-algorithm`),
  ];
}
