import { App, Stack, Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { AcceptedFinding } from '../../../lib/shared/accept-finding';
import { acceptAdvice, ACCEPTED_FINDINGS_METADATA, acceptFinding } from '../../../lib/shared/accept-finding';

const FINDING: AcceptedFinding = {
  rule: 'S3BucketReplicationEnabled',
  citation: '164.308(a)(7)(ii)(A)',
  because: 'The bucket of this test has nothing in it that could be lost.',
  insteadWe: 'keep it empty',
};

function bucket(): Bucket {
  return new Bucket(new Stack(new App({ builtinCloudFormationValidation: false }), 'Stack'), 'Bucket');
}

describe('acceptFinding', () => {
  test('writes the finding to the resource, by an id that leaves a record', () => {
    const accepted = bucket();
    acceptFinding(accepted, FINDING);
    const resource = accepted.node.defaultChild as CfnBucket;
    expect(resource.getMetadata(ACCEPTED_FINDINGS_METADATA)).toEqual([expect.objectContaining({ ...FINDING, owner: 'platform engineering' })]);
    const acknowledged = resource.node.metadata.find(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY);
    expect(Object.keys(acknowledged?.data as object)).toEqual(['HIPAA.Security::HIPAA.Security-S3BucketReplicationEnabled']);
  });

  test('takes one of our checks by its id, for one property', () => {
    const accepted = bucket();
    acceptFinding(accepted, { ...FINDING, rule: 'strength/buckets-log-access', property: 'LoggingConfiguration' });
    const resource = accepted.node.defaultChild as CfnBucket;
    expect(resource.getMetadata(ACCEPTED_FINDINGS_METADATA)).toEqual([expect.objectContaining({ property: 'LoggingConfiguration' })]);
    const acknowledged = resource.node.metadata.find(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY);
    expect(Object.keys(acknowledged?.data as object)).toEqual(['Baseline::strength/buckets-log-access']);
  });

  test('keeps the findings that the resource already has', () => {
    const accepted = bucket();
    acceptFinding(accepted, FINDING);
    acceptFinding(accepted, { ...FINDING, rule: 'S3BucketLoggingEnabled' });
    expect((accepted.node.defaultChild as CfnBucket).getMetadata(ACCEPTED_FINDINGS_METADATA)).toHaveLength(2);
  });

  test('refuses a stack, and so everything in it', () => {
    expect(() => acceptFinding(bucket().stack, FINDING)).toThrow(/one resource/);
  });

  test.each<[string, Partial<AcceptedFinding>]>([
    ['because', { because: 'by design' }],
    ['insteadWe', { insteadWe: '' }],
    ['citation', { citation: 'HIPAA' }],
    ['rule', { rule: 'HIPAA.Security-S3BucketReplicationEnabled' }],
    ['rule', { rule: 'hard/buckets-are-private', property: 'AccessControl' }],
    ['property', { rule: 'strength/buckets-log-access' }],
    ['approver', { approver: 'platform engineering' }],
    ['approvedOn', { approvedOn: 'yesterday' }],
    ['expiresOn', { expiresOn: '2020-01-01' }],
  ])('refuses a wrong %s', (field, wrong) => {
    expect(() => acceptFinding(bucket(), { ...FINDING, ...wrong })).toThrow(new RegExp(`Stack/Bucket/Resource is incomplete:.*${field}`));
  });

  test('accepts warnings of the validator, never its errors', () => {
    expect(() => acceptAdvice(bucket(), 'E3002', 'Because it is easier.')).toThrow(/E3002/);
  });
});
