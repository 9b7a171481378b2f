import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { EnvironmentName } from '../config/environment';
import { denyUnlessBreakGlass } from './break-glass-deny';
import type { DataClass } from './data-class';
import { classify } from './data-class';
import { breakGlassRoleArn } from './fixed-names';

/** One key. */
export interface ProtectedKeyProps {
  readonly environment: EnvironmentName;
  readonly dataClass: DataClass;
  /** What is lost with the key. */
  readonly description: string;
  /** A kind that KMS does not rotate by itself. @default a symmetric key for encryption, rotated every year */
  readonly kind?: { readonly spec: KeySpec; readonly usage: KeyUsage };
}

/** Ends what a key serves, at once or in time. */
const LOSS = ['kms:ScheduleKeyDeletion', 'kms:DisableKey', 'kms:DeleteImportedKeyMaterial'];

/**
 * A customer-managed key of this Region, kept when its stack goes, 30 days between a request for deletion and the deletion, and
 * neither deletable nor disabled by anyone but break-glass. 164.312(a)(2)(iv).
 *
 * A symmetric key rotates every year. KMS rotates neither HMAC nor asymmetric keys: changing one means a new key, and work on
 * everything made with the old one.
 */
export function protectedKey(scope: Construct, id: string, { environment, dataClass, description, kind }: ProtectedKeyProps): Key {
  // eslint-disable-next-line awscdk/require-passing-this, awscdk/no-variable-construct-id -- nothing may stand between: it has its id
  const key = new Key(scope, id, {
    description: `${environment}: ${description}`,
    ...(kind ? { keySpec: kind.spec, keyUsage: kind.usage } : { enableKeyRotation: true }),
    pendingWindow: Duration.days(30),
    removalPolicy: RemovalPolicy.RETAIN,
  });
  key.addToResourcePolicy(denyKeyLoss(breakGlassRoleArn(scope, environment), kind === undefined));
  classify(key, dataClass);
  return key;
}

/**
 * It does not deny `kms:PutKeyPolicy`, which could drop it: KMS refuses a policy that might lock its caller out, and a Deny by
 * role would make every deploy depend on the deploying role's name. A change of a key policy raises an alarm instead.
 */
function denyKeyLoss(breakGlassArn: string, rotates: boolean): PolicyStatement {
  return denyUnlessBreakGlass({
    sid: 'DenyKeyLoss',
    actions: rotates ? [...LOSS, 'kms:DisableKeyRotation'] : LOSS,
    resources: ['*'],
    exceptRoleArns: [breakGlassArn],
  });
}
