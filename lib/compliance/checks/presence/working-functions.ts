import { bucketKindOf, dataClassOf } from '../../kinds';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { once } from '../../model/once';
import { recordsAt, valueAt } from '../../model/read';
import { isJson } from '../../model/template';

/** Functions that a load balancer forwards to. */
export function serversOf(environment: EnvironmentModel): readonly Resource[] {
  const targets = environment
    .of('AWS::ElasticLoadBalancingV2::TargetGroup')
    .flatMap((group) => recordsAt(group, 'Targets').map(({ Id }) => environment.at(Id, 'AWS::Lambda::Function')));
  return environment.of('AWS::Lambda::Function').filter((each) => targets.includes(each));
}

/** Functions on a schedule that are told of the archive of the application's audit. */
export function exportersOf(environment: EnvironmentModel): readonly Resource[] {
  return scheduledIn(environment).filter((each) =>
    namedIn(environment, each).some((named) => named.type === 'AWS::S3::Bucket' && bucketKindOf(environment, named) === 'auditArchive'),
  );
}

/** Functions on a schedule that handle PHI under a key which they are told of. */
export function rotatorsOf(environment: EnvironmentModel): readonly Resource[] {
  return scheduledIn(environment).filter(
    (each) => dataClassOf(each) === 'phi' && namedIn(environment, each).some((named) => named.type === 'AWS::KMS::Key'),
  );
}

/** Functions on a schedule that are told of a bus, to tell there of what they find. */
export function signallersOf(environment: EnvironmentModel): readonly Resource[] {
  return scheduledIn(environment).filter((each) => valueAt(each, 'Environment.Variables.EVENT_BUS_NAME') !== undefined);
}

/** Functions on a schedule that are told of the archive of the trail. */
export function guardiansOf(environment: EnvironmentModel): readonly Resource[] {
  return scheduledIn(environment).filter((each) =>
    namedIn(environment, each).some((named) => named.type === 'AWS::S3::Bucket' && bucketKindOf(environment, named) === 'trailArchive'),
  );
}

/** Functions on a schedule that are told of the record of incidents, and of whom to tell what is in it. */
export function clocksOf(environment: EnvironmentModel): readonly Resource[] {
  return scheduledIn(environment).filter((each) => {
    const named = namedIn(environment, each);
    const isOfIncidents = named.some((one) => one.type === 'AWS::S3::Bucket' && bucketKindOf(environment, one) === 'incidents');
    return isOfIncidents && named.some(({ type }) => type === 'AWS::SNS::Topic');
  });
}

/** Functions that a schedule starts. */
export const scheduledIn = once((environment: EnvironmentModel): readonly Resource[] => {
  const started = environment
    .of('AWS::Events::Rule')
    .filter((rule) => valueAt(rule, 'ScheduleExpression') !== undefined)
    .flatMap((rule) => recordsAt(rule, 'Targets').map(({ Arn }) => environment.at(Arn)));
  return environment.of('AWS::Lambda::Function').filter((each) => started.includes(each));
});

/** What a function's environment names. */
export function namedIn(environment: EnvironmentModel, each: Resource): readonly Resource[] {
  const variables = valueAt(each, 'Environment.Variables');
  return Object.values(isJson(variables) ? variables : {}).flatMap((value) => environment.at(value) ?? []);
}
