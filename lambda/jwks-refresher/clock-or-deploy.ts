import { customResource, type CustomResourceEffects } from '../shared/custom-resource';
import { CodedError } from '../shared/outcome';
import { isRecord } from '../shared/record';
import { REFRESH_FAILURES, type RefreshFailure } from './refresher';

/**
 * Makes the handler for both who ask for a refresh: the clock, and CloudFormation at a deploy, which is told whether the copy is there, so
 * that users of a new environment do not wait for the clock. What has a request type is CloudFormation's; anything else is a tick.
 *
 * @throws CodedError with the refresh's code, for a tick; what {@link customResource} throws, for a deploy.
 */
export function onClockOrDeploy(
  refresh: () => Promise<void>,
  effects: CustomResourceEffects = {},
): (event: unknown, context: unknown) => Promise<void> {
  const atDeploy = customResource<RefreshFailure>(
    {
      physicalResourceId: 'token-keys',
      failureCodes: REFRESH_FAILURES,
      apply: async () => {
        try {
          await refresh();
          return { kind: 'done' };
        } catch (error) {
          const code = REFRESH_FAILURES.find((known) => error instanceof CodedError && error.code === known) ?? 'internal_error';
          return { kind: 'failed', code };
        }
      },
    },
    effects,
  );
  return (event, context) => (isRecord(event) && 'RequestType' in event ? atDeploy(event, context) : refresh());
}
