import type { EnvironmentModel, Resource } from '../compliance/model/environment';

/** Construct path of a resource, as CDK writes it into the template; empty where it does not. */
export function pathOf(resource: Resource): string {
  const path = resource.metadata['aws:cdk:path'];
  return typeof path === 'string' ? path : '';
}

/** Resources by construct path. */
export function resourcesByPath(environment: EnvironmentModel): ReadonlyMap<string, Resource> {
  return new Map(environment.all.flatMap((resource) => (pathOf(resource) === '' ? [] : [[pathOf(resource), resource] as const])));
}
