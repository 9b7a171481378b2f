import type { Check } from '../../check';
import type { EnvironmentModel } from '../../model/environment';
import type { PlacedPolicy } from '../../policy/every-policy';
import type { Statement } from '../../policy/statement';
import { judgeStatements, type StatementFault } from './statements';

/** Accounts of Elastic Load Balancing, which writes access logs from an account of its own in the older Regions: AWS's published list. */
const LOAD_BALANCING: readonly string[] = [
  '127311923021',
  '033677994240',
  '027434742980',
  '797873946194',
  '098369216593',
  '754344448648',
  '589379963580',
  '718504428378',
  '383597477331',
  '600734575887',
  '114774131450',
  '783225319266',
  '582318560864',
  '985666609251',
  '054676820928',
  '156460612806',
  '652711504416',
  '635631232127',
  '009996457667',
  '897822967062',
  '076674570225',
  '507241528517',
  '048591011584',
  '190560391635',
  '638102146993',
  '037604701340',
  '770363063475',
  '121062877647',
  '740734521339',
  '091100254016',
  '412137745753',
];

/** Keys whose values name an account that the statement lets in. */
const NAMING_ACCOUNTS = /^(?:aws:(?:PrincipalAccount|SourceAccount|SourceArn|PrincipalArn|ResourceAccount)|kms:CallerAccount)$/i;
const ADMITTING = /^(?:ForAnyValue:|ForAllValues:)?(?:StringEquals|StringLike|ArnEquals|ArnLike)(?:IgnoreCase)?(?:IfExists)?$/;

/** Nothing here is shared with another account, and nobody here reaches into one. */
export const otherAccountsStayOut: Check = {
  id: 'access/other-accounts-stay-out',
  claim:
    'no policy allows another account, or an identity or resource elsewhere; only load balancers’ logs come from an account of AWS',
  citations: ['164.308(a)(4)', '164.312(a)(1)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeStatements(environment, ['identity', 'trust', 'resource', 'endpoint'], '164.308(a)(4)', (statement, policy) =>
      statement.effect === 'Deny' ? [] : faultsOf(environment, statement, policy),
    ),
};

function faultsOf(
  { place }: EnvironmentModel,
  { principal, actions, resources, conditions }: Statement,
  { at }: PlacedPolicy,
): readonly StatementFault[] {
  const isForeign = (text: string): boolean => accountsIn(text).some((account) => account !== place.account);
  const kinds = typeof principal === 'object' ? Object.entries(principal) : [];
  const mayBeLoadBalancing =
    at.type === 'AWS::S3::BucketPolicy' &&
    actions.every((action) => action === 's3:PutObject') &&
    resources.every((each) => each.endsWith(`/AWSLogs/${place.account}/*`));
  const named = kinds.flatMap(([kind, names]) =>
    kind === 'AWS'
      ? names.filter(
          (name) =>
            isForeign(name) &&
            !(mayBeLoadBalancing && LOAD_BALANCING.some((account) => name === `arn:aws:iam::${account}:root` || name === account)),
        )
      : [],
  );
  const elsewhere = kinds.filter(([kind]) => kind !== 'AWS' && kind !== 'Service').map(([kind, names]) => `${kind} ${names.join(', ')}`);
  const admitted = Object.entries(conditions).flatMap(([operator, keys]) =>
    ADMITTING.test(operator)
      ? Object.entries(keys).flatMap(([key, values]) => (NAMING_ACCOUNTS.test(key) ? values.filter(isForeign) : []))
      : [],
  );
  return [...named, ...elsewhere, ...admitted, ...resources.filter(isForeign)].map((value) => ({
    value,
    expected: `nobody and nothing outside the account ${place.account}`,
  }));
}

/** An account stands in an ARN between colons, or alone. */
function accountsIn(text: string): readonly string[] {
  return [...text.matchAll(/(?<![^:])\d{12}(?![^:])/g)].map(([account]) => account);
}
