import { decide, type Call, type Caller } from '../../../lib/compliance/policy/evaluate';
import { coversAll, grantsOf, isBreakGlass, isForPeople, reaches } from '../../../lib/compliance/policy/grants';
import { identitiesOf, may } from '../../../lib/compliance/policy/identities';
import { statementsOf } from '../../../lib/compliance/policy/statement';
import { CannotTell } from '../../../lib/compliance/verdict';
import { ACCOUNT, environmentOf } from '../../support/tiny-environment';

const statements = (...given: readonly unknown[]) => statementsOf('a policy', { Statement: given });
const somebody: Caller = { kind: 'identity', arn: `arn:aws:iam::${ACCOUNT}:role/somebody`, account: ACCOUNT };
const elsewhere: Caller = { kind: 'identity', arn: 'arn:aws:iam::999999999999:role/somebody', account: '999999999999' };
const trail: Caller = { kind: 'service', service: 'cloudtrail.amazonaws.com' };
const nobody: Caller = { kind: 'anonymous' };
const get = (by: Caller, context?: Call['context']): Call => ({
  by,
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::a/x',
  ...(context ? { context } : {}),
});
const allow = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::a/*' };

describe('a policy', () => {
  it('refuses what it does not speak of', () => {
    expect(decide(statements(allow), { by: somebody, action: 's3:PutObject', resource: 'arn:aws:s3:::a/x' })).toBe('silent');
    expect(decide(statements(allow), { by: somebody, action: 's3:GetObject', resource: 'arn:aws:s3:::b/x' })).toBe('silent');
    expect(decide([], get(somebody))).toBe('silent');
  });

  it('denies whatever allows beside it, in whatever order', () => {
    const deny = { ...allow, Effect: 'Deny' };
    expect([decide(statements(allow, deny), get(somebody)), decide(statements(deny, allow), get(somebody))]).toEqual(['denied', 'denied']);
  });

  it.each<[string, unknown, readonly Caller[]]>([
    ['everybody by a star', '*', [somebody, elsewhere, trail, nobody]],
    ['everybody by a star of AWS', { AWS: '*' }, [somebody, elsewhere, trail, nobody]],
    ['an account by its root', { AWS: `arn:aws:iam::${ACCOUNT}:root` }, [somebody]],
    ['an account by its number', { AWS: ACCOUNT }, [somebody]],
    ['a role by its ARN', { AWS: `arn:aws:iam::${ACCOUNT}:role/somebody` }, [somebody]],
    ['a service', { Service: 'cloudtrail.amazonaws.com' }, [trail]],
    ['another service', { Service: 'config.amazonaws.com' }, []],
  ])('that names %s means nobody else', (_, Principal, named) => {
    const callers = [somebody, elsewhere, trail, nobody];
    expect(callers.filter((by) => decide(statements({ ...allow, Principal }), get(by)) === 'allowed')).toEqual(named);
  });

  it('that excludes by NotPrincipal, NotAction or NotResource means all the others', () => {
    const excluding = statements({
      Effect: 'Allow',
      NotPrincipal: { AWS: ACCOUNT },
      NotAction: 's3:Put*',
      NotResource: 'arn:aws:s3:::b/*',
    });
    expect([decide(excluding, get(elsewhere)), decide(excluding, get(somebody))]).toEqual(['allowed', 'silent']);
    expect(decide(excluding, { by: elsewhere, action: 's3:PutObject', resource: 'arn:aws:s3:::a/x' })).toBe('silent');
    expect(decide(excluding, { by: elsewhere, action: 's3:GetObject', resource: 'arn:aws:s3:::b/x' })).toBe('silent');
  });

  it('knows of the caller what IAM knows', () => {
    const ofRole = statements({ ...allow, Condition: { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/some*` } } });
    expect([decide(ofRole, get(somebody)), decide(ofRole, get(elsewhere)), decide(ofRole, get(nobody))]).toEqual([
      'allowed',
      'silent',
      'silent',
    ]);
    const ofServices = statements({ ...allow, Condition: { Bool: { 'aws:PrincipalIsAWSService': 'true' } } });
    expect([decide(ofServices, get(trail)), decide(ofServices, get(somebody))]).toEqual(['allowed', 'silent']);
  });

  it('that cannot be read ends the check', () => {
    expect(() => statements({ ...allow, Effect: 'Maybe' })).toThrow(CannotTell);
    expect(() => statements('no statement')).toThrow(CannotTell);
    expect(() => statementsOf('a policy', 'no document')).toThrow(CannotTell);
    expect(() => statementsOf('a policy', 7)).toThrow(CannotTell);
    expect(() => decide(statements({ ...allow, Condition: { Unheard: { 'aws:Key': 'x' } } }), get(somebody))).toThrow(CannotTell);
  });
});

const role = (boundary: unknown) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: { Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' } },
    ...(boundary === undefined ? {} : { PermissionsBoundary: { Ref: 'Boundary' } }),
  },
});
const policy = (...given: readonly unknown[]) => ({
  Type: 'AWS::IAM::ManagedPolicy',
  Properties: { Roles: [{ Ref: 'Role' }], PolicyDocument: { Statement: given } },
});
const ofRole = (own: readonly unknown[], boundary?: readonly unknown[]) => {
  const model = environmentOf({
    Role: role(boundary),
    Policy: policy(...own),
    ...(boundary ? { Boundary: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: { Statement: boundary } } } } : {}),
  });
  const [identity] = identitiesOf(model);
  if (!identity) throw new Error('There is one role.');
  return { model, identity };
};

describe('a role', () => {
  it('has what a policy apart from it says', () => {
    const apart = {
      RoleName: { Ref: 'Role' },
      PolicyDocument: JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] }),
    };
    const model = environmentOf({ Role: role(undefined), Apart: { Type: 'AWS::IAM::RolePolicy', Properties: apart } });
    expect(identitiesOf(model).map(({ statements: own }) => own.map(({ actions }) => actions))).toEqual([[['s3:GetObject']]]);
  });

  const own = { Effect: 'Allow', Action: ['s3:GetObject', 's3:DeleteObject'], Resource: 'arn:aws:s3:::a/*' };
  const call = { action: 's3:DeleteObject', resource: 'arn:aws:s3:::a/x' };

  it('may what its policies and its boundary both allow', () => {
    const { model, identity } = ofRole([own]);
    expect(may(model, identity, call)).toBe(true);
    const within = ofRole([own], [{ Effect: 'Allow', Action: 's3:Get*', Resource: '*' }]);
    expect([may(within.model, within.identity, call), may(within.model, within.identity, { ...call, action: 's3:GetObject' })]).toEqual([
      false,
      true,
    ]);
  });

  it('can come to do what a condition only delays, and not what it is denied for good', () => {
    const conditional = { ...own, Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } };
    const objects = 'arn:aws:s3:::a/*';
    expect(grantsOf(ofRole([conditional]).identity, 's3:DeleteObject', objects)).toHaveLength(1);
    expect(grantsOf(ofRole([own, { ...own, Effect: 'Deny' }]).identity, 's3:DeleteObject', objects)).toEqual([]);
    expect(grantsOf(ofRole([own, { ...conditional, Effect: 'Deny' }]).identity, 's3:DeleteObject', objects)).toHaveLength(1);
    // A denial of a part leaves the rest.
    expect(
      grantsOf(ofRole([own, { ...own, Effect: 'Deny', Resource: 'arn:aws:s3:::a/b/*' }]).identity, 's3:DeleteObject', objects),
    ).toHaveLength(1);
    expect(grantsOf(ofRole([own], [{ Effect: 'Allow', Action: 's3:Get*', Resource: '*' }]).identity, 's3:DeleteObject', objects)).toEqual(
      [],
    );
  });

  it('is for people when an account or a role assumes it', () => {
    expect(isForPeople(ofRole([own]).identity)).toBe(false);
    expect(isBreakGlass(`arn:aws:iam::${ACCOUNT}:role/prod-break-glass`)).toBe(true);
    expect(isBreakGlass(`arn:aws:iam::${ACCOUNT}:role/prod-break-glass-reader`)).toBe(false);
  });
});

describe('a statement', () => {
  const [part] = statements({ Effect: 'Allow', Action: 's3:Delete*', Resource: 'arn:aws:s3:::a/x/*' });
  const [rest] = statements({ Effect: 'Allow', NotAction: 's3:Get*', NotResource: 'arn:aws:s3:::a/x/*' });
  if (!part || !rest) throw new Error('There are two statements.');

  it('reaches what it meets, and covers only what lies inside it', () => {
    expect([reaches(part, 's3:DeleteObject', 'arn:aws:s3:::a/*'), coversAll(part, 's3:DeleteObject', 'arn:aws:s3:::a/*')]).toEqual([
      true,
      false,
    ]);
    expect([reaches(part, 's3:DeleteObject', 'arn:aws:s3:::a/x/y'), coversAll(part, 's3:DeleteObject', 'arn:aws:s3:::a/x/y')]).toEqual([
      true,
      true,
    ]);
    expect(reaches(part, 's3:PutObject', 'arn:aws:s3:::a/*')).toBe(false);
  });

  it('that excludes reaches the others, and covers those that it excludes no part of', () => {
    expect([reaches(rest, 's3:DeleteObject', 'arn:aws:s3:::a/*'), coversAll(rest, 's3:DeleteObject', 'arn:aws:s3:::a/*')]).toEqual([
      true,
      false,
    ]);
    expect([reaches(rest, 's3:DeleteObject', 'arn:aws:s3:::b/*'), coversAll(rest, 's3:DeleteObject', 'arn:aws:s3:::b/*')]).toEqual([
      true,
      true,
    ]);
    expect(reaches(rest, 's3:GetObject', 'arn:aws:s3:::b/*')).toBe(false);
  });
});
