import type { Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { valueAt } from '../../model/read';

/** No fault when a property names a customer key of these templates, of whatever class of data. */
export function expectOwnKeyAtAll(environment: EnvironmentModel, resource: Resource, property: string): readonly Fault[] {
  const value = valueAt(resource, property);
  return environment.at(value, 'AWS::KMS::Key') ? [] : [{ property, value, expected: 'a customer key of these templates' }];
}
