import { isRecord } from '../../shared/record';
import { statusOf } from '../../shared/sdk-error';
import { TrailError, type TrailErrorCode } from '../trail-error';

/** How an SDK client is patient: it waits longer after each throttled call, and gives up within a minute or so. */
export const PATIENCE = {
  maxAttempts: 8,
  retryMode: 'adaptive',
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
} as const;

const MISSING = ['CredentialsProviderError', 'TokenProviderError'];
const REFUSED = [
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
];
const DENIED = ['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation', 'OptInRequired', '403', 'Forbidden'];
const THROTTLED = [
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'SlowDown',
  'LimitExceededException',
];

const ADVICE: Readonly<Record<TrailErrorCode, string>> = {
  credentials_missing: 'There are no AWS credentials. Sign in (aws sso login) or set AWS_PROFILE, to a role that may read the trail.',
  credentials_refused: 'AWS does not take these credentials. Sign in again.',
  access_denied: 'These credentials may not. Use the auditor role, or grant what docs/trail-verification.md lists.',
  account_other: 'Sign in to the account of the environment.',
  throttled: 'AWS still throttles after eight attempts. Run it again later; a scheduler may.',
  unreachable: 'Check the network and the name of the Region.',
  unreadable: 'Check the name of the bucket and its Region.',
};

/**
 * Says of an SDK error which of the few kinds it is that a person can do something about. The error's own message is left out: it quotes
 * what was asked.
 *
 * @param doing such as `describe the trails of us-east-1`.
 */
export function trailErrorOf(error: unknown, doing: string): TrailError {
  if (error instanceof TrailError) return error;
  const name = isRecord(error) && typeof error['name'] === 'string' ? error['name'] : 'unknown error';
  const code = codeOf(error, name);
  return new TrailError(code, `Cannot ${doing} (${name}). ${ADVICE[code]}`);
}

/** Whether an error of S3 means that there is no such object. */
export function isAbsent(error: unknown): boolean {
  return isRecord(error) && (error['name'] === 'NoSuchKey' || error['name'] === 'NotFound');
}

function codeOf(error: unknown, name: string): TrailErrorCode {
  if (MISSING.includes(name)) return 'credentials_missing';
  if (REFUSED.includes(name)) return 'credentials_refused';
  if (DENIED.includes(name)) return 'access_denied';
  if (THROTTLED.includes(name)) return 'throttled';
  return statusOf(error) === undefined ? 'unreachable' : 'unreadable';
}
