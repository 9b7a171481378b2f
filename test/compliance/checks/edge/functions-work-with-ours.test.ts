import { functionsWorkWithOurs } from '../../../../lib/compliance/checks/edge/functions-work-with-ours';
import { CannotTell } from '../../../../lib/compliance/verdict';
import { environmentOf } from '../../../support/tiny-environment';

const ROLE = (resource: unknown) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: { Statement: [] },
    Policies: [{ PolicyDocument: { Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: resource } } }],
  },
});
const judged = (Variables: object, allowed: unknown = { 'Fn::Sub': '${Documents.Arn}/*' }) =>
  functionsWorkWithOurs.evaluate(
    environmentOf({
      Documents: { Type: 'AWS::S3::Bucket' },
      Other: { Type: 'AWS::S3::Bucket' },
      Role: ROLE(allowed),
      Work: { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] }, Environment: { Variables } } },
    }),
  ).state;

it('has nothing to say where there is no function', () => {
  expect(functionsWorkWithOurs.evaluate(environmentOf({})).state).toBe('notApplicable');
});

it('takes a bucket that the role may use, and variables that name nothing', () => {
  expect(judged({ DOCUMENT_BUCKET_NAME: { Ref: 'Documents' }, LOG_LEVEL: 'info' })).toBe('met');
});

it('refuses a bucket of ours that the role has no business with', () => {
  expect(judged({ DOCUMENT_BUCKET_NAME: { Ref: 'Other' } })).toBe('unmet');
});

it('refuses a bucket where a user pool belongs', () => {
  expect(judged({ USER_POOL_ID: { Ref: 'Documents' } })).toBe('unmet');
});

it('refuses a login where the role may sign in as another user too', () => {
  const role = (...users: readonly string[]) => ({
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: { Statement: [] },
      Policies: [
        {
          PolicyDocument: {
            Statement: {
              Effect: 'Allow',
              Action: 'rds-db:connect',
              Resource: users.map((user) => `arn:aws:rds-db:us-east-1:111122223333:dbuser:db-1/${user}`),
            },
          },
        },
      ],
    },
  });
  const as = (...users: readonly string[]) =>
    functionsWorkWithOurs.evaluate(
      environmentOf({
        Role: role(...users),
        Work: {
          Type: 'AWS::Lambda::Function',
          Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] }, Environment: { Variables: { DATABASE_USER: 'api' } } },
        },
      }),
    ).state;
  expect([as('api'), as('api', 'owner'), as('*')]).toEqual(['met', 'unmet', 'unmet']);
});

it('does not guess at a value that only a deploy knows', () => {
  expect(() => judged({ DOCUMENT_BUCKET_NAME: { 'Fn::If': ['A', 'b', 'c'] } })).toThrow(CannotTell);
});
