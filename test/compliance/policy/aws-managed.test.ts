import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { awsManagedName, awsManagedPolicy } from '../../../lib/compliance/policy/aws-managed';
import { grantsOf } from '../../../lib/compliance/policy/grants';
import { identitiesOf } from '../../../lib/compliance/policy/identities';
import { environmentOf } from '../../support/tiny-environment';

const FOLDER = join(__dirname, '../../../lib/compliance/policy/aws-managed');

/** A role of a service with one policy of AWS's, and what else it says. */
const roleWith = (policy: string, ...own: readonly object[]) => {
  const [identity] = identitiesOf(
    environmentOf({
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: { Statement: [] },
          ManagedPolicyArns: [policy.startsWith('arn:') ? policy : { 'Fn::Sub': `arn:\${AWS::Partition}:iam::aws:policy/${policy}` }],
          Policies: [{ PolicyName: 'own', PolicyDocument: { Statement: own } }],
        },
      },
    }),
  );
  if (!identity) throw new Error('no role');
  return identity;
};

describe('what AWS-managed policies say', () => {
  it.each(readdirSync(FOLDER))('is kept in the form of AWS’s answer: %s', (file) => {
    const { PolicyVersion } = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as { PolicyVersion: Readonly<Record<string, unknown>> };
    expect(PolicyVersion).toEqual({
      Document: { Version: '2012-10-17', Statement: expect.any(Array) as unknown },
      VersionId: expect.stringMatching(/^v\d+$/) as string,
      IsDefaultVersion: true,
      CreateDate: expect.stringMatching(/^20\d\d-\d\d-\d\dT[\d:]{8}\+00:00$/) as string,
    });
    const name = file.replace('.json', '');
    const policy = awsManagedPolicy(name) ?? awsManagedPolicy(`service-role/${name}`);
    expect(policy?.version).toBe(PolicyVersion['VersionId']);
    expect(policy?.statements.flatMap(({ actions }) => actions).length).toBeGreaterThan(0);
  });

  it.each(['aws', 'aws-us-gov', 'aws-cn'])('is named by an ARN of the partition %s', (partition) => {
    expect(awsManagedName(`arn:${partition}:iam::aws:policy/service-role/AWS_ConfigRole`)).toBe('service-role/AWS_ConfigRole');
    expect(awsManagedName(`arn:${partition}:iam::111122223333:policy/AWS_ConfigRole`)).toBeUndefined();
  });

  it('counts in any partition: a role elsewhere may do no less', () => {
    const written = 'arn:aws-us-gov:iam::aws:policy/AWSBackupServiceRolePolicyForS3Restore';
    expect(grantsOf(roleWith(written), 's3:DeleteObject', 'arn:aws:s3:::any/*')).toHaveLength(1);
  });

  it('is unknown of any other', () => {
    expect(awsManagedPolicy('AdministratorAccess')).toBeUndefined();
  });

  it('counts for a role beside what its own policies say', () => {
    const identity = roleWith('AWSBackupServiceRolePolicyForS3Restore', { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' });
    expect(identity.own).toHaveLength(1);
    expect(grantsOf(identity, 's3:DeleteObject', 'arn:aws:s3:::any/*')).toHaveLength(1);
    expect(grantsOf(identity, 's3:GetObject', 'arn:aws:s3:::any/*')).toHaveLength(2);
  });

  it.each([
    ['S3:getbucketpolicy', 1],
    ['config:PutConfigRule', 1],
    ['s3:GetObject', 0],
  ])('is found among a thousand actions, however it is spelt: %s, %d', (action, grants) => {
    expect(grantsOf(roleWith('service-role/AWS_ConfigRole'), action, '*')).toHaveLength(grants);
  });

  it('is taken away by a denial of the role’s own', () => {
    const denied = roleWith('AWSBackupServiceRolePolicyForS3Restore', { Effect: 'Deny', Action: 's3:Delete*', Resource: 'arn:aws:s3:::kept/*' });
    expect(grantsOf(denied, 's3:DeleteObject', 'arn:aws:s3:::kept/*')).toEqual([]);
    expect(grantsOf(denied, 's3:DeleteObject', 'arn:aws:s3:::other/*')).toHaveLength(1);
  });
});
