import { probesOf, type Probe } from '../../access/denial-probes';
import type { Check } from '../../check';
import type { EnvironmentModel } from '../../model/environment';
import { applies } from '../../policy/evaluate';
import type { PlacedPolicy } from '../../policy/every-policy';
import { meet } from '../../policy/pattern';
import type { Statement } from '../../policy/statement';
import { judgeStatements, type StatementFault } from './statements';

/** Actions of S3 that ask for an object; the others ask for the bucket, and the star for both. */
const OF_OBJECTS = /^s3:(?:(?:Get|Put|Delete|Restore|Replicate)Object|BypassGovernanceRetention|AbortMultipartUpload)/;

/** A denial is written once and trusted for years: each is tried with the calls that it is there to refuse. */
export const denialsBite: Check = {
  id: 'access/denials-bite',
  claim: 'every denial at a resource refuses everybody the call that it is about, at a bucket on its objects too, and only that call',
  citations: ['164.312(a)(1)', '164.312(c)(1)', '164.312(e)(1)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeStatements(environment, ['resource'], '164.312(a)(1)', (statement, policy) =>
      statement.effect === 'Deny'
        ? [
            ...narrowed(statement, policy),
            ...exempting(environment, statement),
            ...misplaced(environment, statement, policy),
            ...toothless(environment, statement),
          ]
        : [],
    ),
};

/** A denial to some leaves the others; one to a service stands beside what the service is allowed. */
function narrowed({ principal, notPrincipal }: Statement, { statements }: PlacedPolicy): readonly StatementFault[] {
  if (notPrincipal !== undefined) return [{ value: 'NotPrincipal', expected: 'Principal *, with exemptions by aws:PrincipalArn' }];
  if (principal === '*') return [];
  const allowed = statements.flatMap((each) =>
    each.effect === 'Allow' && typeof each.principal === 'object' ? (each.principal['Service'] ?? []) : [],
  );
  const isOfServices =
    principal !== undefined &&
    Object.entries(principal).every(([kind, names]) => kind === 'Service' && names.every((name) => allowed.includes(name)));
  return isOfServices ? [] : [{ value: principal, expected: 'Principal *: whoever is not named is let through' }];
}

/** Whoever is exempted has to be of this account: the name of a role elsewhere is anybody's to give. */
function exempting({ place }: EnvironmentModel, { conditions }: Statement): readonly StatementFault[] {
  const exempted = Object.entries(conditions).flatMap(([operator, keys]) =>
    /Not(?:Equals|Like)/.test(operator) ? Object.entries(keys).flatMap(([key, arns]) => (/^aws:PrincipalArn$/i.test(key) ? arns : [])) : [],
  );
  const isOurs = (arn: string): boolean => arn.startsWith(`arn:aws:iam::${place.account}:`);
  return exempted.filter((arn) => !isOurs(arn)).map((value) => ({ value, expected: `roles of the account ${place.account} alone` }));
}

function misplaced(
  environment: EnvironmentModel,
  { actions, resources }: Statement,
  { guards, at }: PlacedPolicy,
): readonly StatementFault[] {
  if (!guards) return [];
  const arn = environment.arnOf(guards);
  const isOn = (pattern: string): boolean => resources.some((each) => meet(each, pattern));
  if (guards.type !== 'AWS::S3::Bucket')
    return isOn(arn) || isOn(arn.replace(/:\*$/, '')) ? [] : [{ value: resources, expected: `${at.name} itself` }];
  return actions.flatMap((action): StatementFault[] => {
    const isOfObjects = OF_OBJECTS.test(action) || action === 's3:*';
    const isOfBucket = !OF_OBJECTS.test(action);
    return [
      ...(isOfObjects && !isOn(`${arn}/*`) ? [{ value: `${action} on no object`, expected: 'the ARN of the objects' }] : []),
      ...(isOfBucket && !isOn(arn) ? [{ value: `${action} on no bucket`, expected: 'the ARN of the bucket' }] : []),
    ];
  });
}

function toothless(environment: EnvironmentModel, statement: Statement): readonly StatementFault[] {
  const probes = probesOf(environment, statement) ?? [];
  return probes.flatMap((probe): StatementFault[] => {
    const failed = probe.callers.filter((by) => isRefused(statement, probe, by) !== probe.isRefused);
    const [first] = failed;
    if (!first) return [];
    const who = first.kind === 'identity' ? first.arn : first.kind === 'service' ? first.service : 'anybody';
    return [
      { value: `${who} ${probe.what} is ${probe.isRefused ? 'not ' : ''}refused`, expected: probe.isRefused ? 'refused' : 'not refused' },
    ];
  });
}

/** Tried on the statement's own first action and resource: whether these are the right ones, the others say. */
function isRefused(statement: Statement, { context }: Probe, by: Probe['callers'][number]): boolean {
  const [action = 'any:Action'] = statement.actions;
  const [resource = 'arn:aws:any:::thing'] = statement.resources;
  return applies(statement, { by, action: action.replaceAll('*', 'Any'), resource: resource.replaceAll('*', 'any'), context });
}
