import type { EnvironmentModel } from '../model/environment';
import type { Caller } from '../policy/evaluate';
import type { Statement } from '../policy/statement';

type Context = Readonly<Record<string, string>>;

/** A way of asking that a denial is there to refuse, or to let pass. */
export interface Probe {
  /** As a phrase: `without TLS`. */
  readonly what: string;
  readonly callers: readonly Caller[];
  /** Condition keys of the call. */
  readonly context: Context;
  readonly isRefused: boolean;
}

/** As a careful client asks; what a denial is about is set beside it. */
const CAREFUL: Context = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };

const OTHER_ARN = 'arn:aws:any:us-east-1:999999999999:thing';

/** The callers that a denial to everybody has to refuse. */
function everybody(account: string): readonly Caller[] {
  const identity = (name: string): Caller => ({ kind: 'identity', arn: `arn:aws:iam::${account}:${name}`, account });
  return [
    identity('role/somebody'),
    identity('root'),
    { kind: 'identity', arn: 'arn:aws:iam::999999999999:role/somebody', account: '999999999999' },
    { kind: 'anonymous' },
  ];
}

const refused = (what: string, context: Context, callers: readonly Caller[]): Probe => ({
  what,
  callers,
  context: { ...CAREFUL, ...context },
  isRefused: true,
});
const passing = (what: string, context: Context, callers: readonly Caller[]): Probe => ({
  what,
  callers,
  context: { ...CAREFUL, ...context },
  isRefused: false,
});

/** What a condition key is there to refuse, by the key in lower case; the first that a statement has says what the statement is for. */
const PURPOSES: readonly (readonly [key: RegExp, probes: (values: Context, all: readonly Caller[]) => readonly Probe[]])[] = [
  [/^aws:securetransport$/, (_, all) => [refused('without TLS', { 'aws:SecureTransport': 'false' }, all), passing('over TLS', {}, all)]],
  [
    /^s3:tlsversion$/,
    (_, all) => [
      refused('over TLS 1.0', { 's3:TlsVersion': '1.0' }, all),
      refused('over TLS 1.1', { 's3:TlsVersion': '1.1' }, all),
      passing('over TLS 1.2', { 's3:TlsVersion': '1.2' }, all),
    ],
  ],
  // Keys, vaults and buckets that hold PHI or archives, from whoever is not named.
  [/^aws:principalarn$/, (_, all) => [refused('by somebody', {}, all)]],
  [
    /^aws:source(?:arn|account)$/,
    (values, all) => [
      refused('for another account', { 'aws:SourceArn': OTHER_ARN, 'aws:SourceAccount': '999999999999' }, all),
      refused('for nobody named', {}, all),
      passing('for its own', pick(values, /^aws:source(?:arn|account)$/i), all),
    ],
  ],
  [
    /^kms:encryptioncontext:/,
    (values, all) => [
      refused('without the context', {}, all),
      refused('in another context', replace(values, /^kms:encryptioncontext:/i, 'another'), all),
      passing('in its context', pick(values, /^kms:encryptioncontext:/i), all),
    ],
  ],
  [
    /^s3:x-amz-server-side-encryption$/,
    (values, all) => [
      refused('with another algorithm', { 's3:x-amz-server-side-encryption': 'AES256' }, all),
      passing('with the algorithm', pick(values, /^s3:x-amz-server-side-encryption$/i), all),
    ],
  ],
  [
    /^s3:x-amz-server-side-encryption-aws-kms-key-id$/,
    (values, all) => [
      refused(
        'with another key',
        { 's3:x-amz-server-side-encryption-aws-kms-key-id': 'arn:aws:kms:us-east-1:999999999999:key/other' },
        all,
      ),
      passing('with the key', pick(values, /^s3:x-amz-server-side-encryption-aws-kms-key-id$/i), all),
    ],
  ],
  [
    /^s3:x-amz-server-side-encryption-customer-algorithm$/,
    (_, all) => [
      refused('with a key of the client', { 's3:x-amz-server-side-encryption-customer-algorithm': 'AES256' }, all),
      passing('by the default of the bucket', {}, all),
    ],
  ],
];

/**
 * The calls that show whether a denial does what it is there for; undefined where none of its keys says what that is.
 *
 * @param statement a Deny of a resource policy.
 */
export function probesOf({ place }: EnvironmentModel, { conditions, principal }: Statement): readonly Probe[] | undefined {
  const services = typeof principal === 'object' ? (principal['Service'] ?? []) : [];
  const all = services.length > 0 ? services.map((service): Caller => ({ kind: 'service', service })) : everybody(place.account);
  const entries = Object.values(conditions).flatMap((keys) => Object.entries(keys));
  if (entries.length === 0) return [refused('in any way', {}, all)];
  const purpose = PURPOSES.find(([key]) => entries.some(([name]) => key.test(name.toLowerCase())));
  return purpose?.[1](valuesOf(conditions), all);
}

/** What the statement compares with. A Null condition only asks whether a key is there: what it has to be, another operator says. */
function valuesOf(conditions: Statement['conditions']): Context {
  return Object.fromEntries(
    Object.entries(conditions).flatMap(([operator, keys]) =>
      operator === 'Null' ? [] : Object.entries(keys).map(([key, [first = '']]) => [key, first]),
    ),
  );
}

function pick(values: Context, key: RegExp): Context {
  return Object.fromEntries(Object.entries(values).filter(([name]) => key.test(name)));
}

function replace(values: Context, key: RegExp, value: string): Context {
  return Object.fromEntries(Object.keys(pick(values, key)).map((name) => [name, value]));
}
