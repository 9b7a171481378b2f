import type { Check } from '../../check';
import { expectAtMost, toFinding, verdictOf, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { valueAt } from '../../model/read';
import { decide } from '../../policy/evaluate';
import { isForPeople } from '../../policy/grants';
import { identitiesOf, may, type Identity } from '../../policy/identities';
import { judgeIdentities } from '../../policy/judge-identities';
import { statementsOf } from '../../policy/statement';
import type { Finding } from '../../verdict';

/** A session of an hour is long enough for a task and short enough to lose. */
const LONGEST_SECONDS = 3600;

/** Ways of asking for a role, and whether it is given. */
const SIGN_INS = [
  { what: 'without a second factor', context: { 'aws:MultiFactorAuthPresent': 'false' }, isGiven: false },
  { what: 'with long-lived keys', context: {}, isGiven: false },
  {
    what: 'with a second factor of two hours ago',
    context: { 'aws:MultiFactorAuthPresent': 'true', 'aws:MultiFactorAuthAge': '7200' },
    isGiven: false,
  },
  {
    what: 'with a second factor of a minute ago',
    context: { 'aws:MultiFactorAuthPresent': 'true', 'aws:MultiFactorAuthAge': '60' },
    isGiven: true,
  },
] as const;

/** What no role for people may do, whatever a later policy allows it: each would end the evidence, or the limits on the role itself. */
const NEVER = [
  'iam:CreateUser',
  'iam:CreateAccessKey',
  'iam:CreateLoginProfile',
  'iam:DeleteRolePermissionsBoundary',
  'iam:PutRolePermissionsBoundary',
  'cloudtrail:StopLogging',
  'cloudtrail:DeleteTrail',
  'config:StopConfigurationRecorder',
  'config:DeleteConfigurationRecorder',
  'guardduty:DeleteDetector',
  'securityhub:DisableSecurityHub',
  'logs:DeleteLogGroup',
  'logs:PutRetentionPolicy',
  'kms:ScheduleKeyDeletion',
];

/** Roles that people assume: a fresh second factor, an hour, and a boundary that no policy of theirs outgrows. */
export const peopleProveThemselves: Check = {
  id: 'access/people-prove-themselves',
  claim:
    'every role for people demands a second factor of the last hour, lasts an hour, and has a boundary that denies ending the evidence',
  citations: ['164.312(d)', '164.308(a)(4)', '164.312(a)(2)(iii)'],
  severity: 'error',
  evaluate: (environment) => {
    const unbounded = boundedElsewhere(environment);
    if (unbounded.length > 0) return verdictOf(unbounded, unbounded.map(toOutside));
    const people = identitiesOf(environment).filter(isForPeople);
    return judgeIdentities(
      people,
      '164.312(d)',
      (identity) => faultsOf(environment, identity),
      'no role of the templates is for people',
    );
  },
};

/** Roles for people under a boundary of no template. Of no role of such an environment is all known, but this much is. */
function boundedElsewhere(environment: EnvironmentModel): readonly Resource[] {
  return environment.of('AWS::IAM::Role').filter((role) => {
    const boundary = valueAt(role, 'PermissionsBoundary');
    const isOurs = boundary === undefined || environment.at(boundary, 'AWS::IAM::ManagedPolicy') !== undefined;
    return !isOurs && isForPeople({ trust: statementsOf(role.name, valueAt(role, 'AssumeRolePolicyDocument')) });
  });
}

function toOutside(role: Resource): Finding {
  const property = 'PermissionsBoundary';
  return toFinding(role, '164.308(a)(4)', { property, value: valueAt(role, property), expected: 'a policy of these templates' });
}

function faultsOf(environment: EnvironmentModel, identity: Identity): readonly Fault[] {
  return [
    ...signIns(environment, identity),
    // An hour is also what IAM takes where nothing is said.
    ...(valueAt(identity.role, 'MaxSessionDuration') === undefined
      ? []
      : expectAtMost(identity.role, 'MaxSessionDuration', LONGEST_SECONDS)),
    ...boundary(environment, identity),
  ];
}

function signIns({ place }: EnvironmentModel, { trust, arn }: Identity): readonly Fault[] {
  const by = { kind: 'identity', arn: `arn:aws:iam::${place.account}:role/somebody`, account: place.account } as const;
  return SIGN_INS.flatMap(({ what, context, isGiven }): Fault[] => {
    const answer = decide(trust, { by, action: 'sts:AssumeRole', resource: arn, context });
    return (answer === 'allowed') === isGiven
      ? []
      : [{ property: 'AssumeRolePolicyDocument', value: `assumed ${what}: ${answer}`, expected: isGiven ? 'allowed' : 'not allowed' }];
  });
}

/** Tried on the role as if its own policies allowed everything: the boundary alone has to refuse. */
function boundary(environment: EnvironmentModel, identity: Identity): readonly Fault[] {
  if (!identity.boundary) return [{ property: 'PermissionsBoundary', value: undefined, expected: 'a policy of these templates' }];
  const everything = {
    label: 'everything',
    effect: 'Allow',
    principal: undefined,
    notPrincipal: undefined,
    actions: ['*'],
    notActions: [],
    resources: ['*'],
    notResources: [],
    conditions: {},
  } as const;
  const almighty: Identity = { ...identity, statements: [everything] };
  const denied = (action: string): boolean =>
    decide(identity.boundary ?? [], {
      by: { kind: 'identity', arn: identity.arn, account: environment.place.account },
      action,
      resource: 'arn:aws:any:::thing',
    }) === 'denied';
  return [
    ...NEVER.filter((action) => !denied(action)).map((action): Fault => ({
      property: 'PermissionsBoundary',
      value: `${action} is not denied`,
      expected: 'denied',
    })),
    ...(may(environment, almighty, { action: 'iam:AttachRolePolicy', resource: identity.arn })
      ? [{ property: 'PermissionsBoundary', value: 'allows iam:AttachRolePolicy', expected: 'not allowed' }]
      : []),
  ];
}
