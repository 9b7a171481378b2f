import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { decide, type Caller } from '../../policy/evaluate';
import { policyOf } from '../../policy/resource-policies';

const ACTIONS = ['s3:GetObject', 's3:PutObject', 's3:ListBucket'];

/** Connections as S3 sees them, and whether they must be refused. */
const CONNECTIONS = [
  { what: 'without TLS', context: { 'aws:SecureTransport': 'false' }, isRefused: true },
  { what: 'over TLS 1.1', context: { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.1' }, isRefused: true },
  { what: 'over TLS 1.2', context: { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.2' }, isRefused: false },
] as const;

/**
 * A bucket refuses whoever comes without TLS 1.2, whatever else allows it: the denial is evaluated, for everybody and every way of
 * asking.
 */
export const bucketsRefusePlainConnections: Check = {
  id: 'strength/buckets-refuse-plain-connections',
  claim: 'every bucket denies everybody without TLS and below TLS 1.2, at the bucket and its objects, and nobody with it',
  citations: ['164.312(e)(1)', '164.312(e)(2)(ii)'],
  severity: 'error',
  evaluate: (environment) => judgeTypes(environment, ['AWS::S3::Bucket'], '164.312(e)(1)', (bucket) => faultsOf(environment, bucket)),
};

function faultsOf(environment: EnvironmentModel, bucket: Resource): readonly Fault[] {
  const statements = policyOf(environment, bucket);
  const arn = environment.arnOf(bucket);
  const { account } = environment.place;
  const ofTransport = statements.filter(isAboutTransport);
  const callers: readonly Caller[] = [
    { kind: 'identity', arn: `arn:aws:iam::${account}:role/somebody`, account },
    { kind: 'identity', arn: `arn:aws:iam::${account}:root`, account },
    { kind: 'anonymous' },
  ];
  return callers.flatMap((by) =>
    ACTIONS.flatMap((action) =>
      CONNECTIONS.flatMap(({ what, context, isRefused }): Fault[] => {
        const resource = action === 's3:ListBucket' ? arn : `${arn}/documents/some`;
        const isDenied = decide(ofTransport, { by, action, resource, context }) === 'denied';
        return isDenied === isRefused
          ? []
          : [
              {
                property: 'BucketPolicy',
                value: `${action} ${what} is ${isDenied ? 'denied' : 'not denied'}`,
                expected: isRefused ? 'denied' : 'not denied',
              },
            ];
      }),
    ),
  );
}

const TRANSPORT = /^(?:aws:SecureTransport|s3:TlsVersion)$/i;

/** Other denials, such as of deletion or of a stranger's reading, have checks of their own. */
function isAboutTransport({ conditions }: { readonly conditions: Readonly<Record<string, Readonly<Record<string, unknown>>>> }): boolean {
  for (const operator in conditions) for (const key in conditions[operator]) if (TRANSPORT.test(key)) return true;
  return false;
}
