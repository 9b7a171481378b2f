import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import { bucketKindOf } from '../../kinds';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { recordsAt, textAt } from '../../model/read';
import { isJson } from '../../model/template';

/** Who tried to sign in, and how it ended, is kept where nobody can take it away. */
export const signInsAreLogged: Check = {
  id: 'strength/sign-ins-are-logged',
  claim: 'every user pool delivers its sign-in events to an archive, a log group or a stream of these templates',
  citations: ['164.308(a)(5)(ii)(C)', '164.312(b)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::Cognito::UserPool'], '164.308(a)(5)(ii)(C)', (pool): readonly Fault[] => {
      const deliveries = environment
        .of('AWS::Cognito::LogDeliveryConfiguration')
        .filter((each) => environment.at(textAt(each, 'UserPoolId')) === pool);
      const logged = deliveries
        .flatMap((delivery) => recordsAt(delivery, 'LogConfigurations'))
        .some(({ EventSource, LogLevel, S3Configuration: s3, CloudWatchLogsConfiguration: logs }) => {
          const target = isJson(s3) ? s3['BucketArn'] : isJson(logs) ? logs['LogGroupArn'] : undefined;
          return EventSource === 'userAuthEvents' && LogLevel === 'INFO' && isKept(environment, environment.at(target));
        });
      return logged
        ? []
        : [
            {
              property: 'LogDeliveryConfiguration',
              value: undefined,
              expected: 'userAuthEvents at INFO, to a place of these templates that keeps them',
            },
          ];
    }),
};

/** A bucket keeps them only if it is an archive: any other can be emptied. */
function isKept(environment: EnvironmentModel, target: Resource | undefined): boolean {
  return (
    target !== undefined &&
    (target.type !== 'AWS::S3::Bucket' || ['trailArchive', 'auditArchive'].includes(bucketKindOf(environment, target)))
  );
}
