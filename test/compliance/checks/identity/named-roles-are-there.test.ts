import { namedRolesAreThere } from '../../../../lib/compliance/checks/identity/named-roles-are-there';
import { environmentOf } from '../../../support/tiny-environment';

const role = (RoleName: string) => ({ Type: 'AWS::IAM::Role', Properties: { RoleName, AssumeRolePolicyDocument: { Statement: [] } } });
const judged = (statement: object) =>
  namedRolesAreThere.evaluate(
    environmentOf({
      Reader: role('reader'),
      Bucket: { Type: 'AWS::S3::Bucket' },
      Key: {
        Type: 'AWS::KMS::Key',
        Properties: {
          KeyPolicy: {
            Statement: { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*', Principal: { AWS: { 'Fn::GetAtt': ['Reader', 'Arn'] } } },
          },
        },
      },
      Policy: {
        Type: 'AWS::S3::BucketPolicy',
        Properties: {
          Bucket: { Ref: 'Bucket' },
          PolicyDocument: { Statement: { Effect: 'Deny', Action: 's3:*', Resource: '*', ...statement } },
        },
      },
    }),
  ).state;
const arn = (name: string): string => `arn:aws:iam::111122223333:role/${name}`;

it.each([
  ['as a principal', (name: string) => ({ Principal: { AWS: arn(name) } })],
  ['as an exception', (name: string) => ({ Principal: '*', Condition: { ArnNotEquals: { 'aws:PrincipalArn': [arn(name)] } } })],
  ['with the key in another case', (name: string) => ({ Principal: '*', Condition: { StringLike: { 'AWS:principalARN': arn(name) } } })],
])('looks for a role that is named %s', (_, naming) => {
  expect([judged(naming('reader')), judged(naming('read*')), judged(naming('writer'))]).toEqual(['met', 'met', 'unmet']);
});

it('leaves the roles of the bootstrap, and of other accounts, to others', () => {
  expect(judged({ Principal: { AWS: arn('cdk-hnb659fds-cfn-exec-role-111122223333-us-east-1') } })).toBe('met');
  expect(judged({ Principal: { AWS: 'arn:aws:iam::444455556666:role/theirs' } })).toBe('met');
});

it('has nothing to say where every named role is made elsewhere', () => {
  const key = (name: string) => ({
    Type: 'AWS::KMS::Key',
    Properties: { KeyPolicy: { Statement: { Effect: 'Allow', Action: 'kms:*', Resource: '*', Principal: { AWS: arn(name) } } } },
  });
  expect(namedRolesAreThere.evaluate(environmentOf({ Reader: role('reader'), Key: key('theirs') })).state).toBe('notApplicable');
});
