import { EnvironmentModel } from '../../lib/compliance/model/environment';
import { parseTemplate } from '../../lib/compliance/model/template';

/** Resources by logical id, as a template has them. */
export type Resources = Readonly<Record<string, { readonly Type: string } & Readonly<Record<string, unknown>>>>;

/** An environment of a few resources, by stack: judged as production unless it is named otherwise. */
export function modelOfStacks(stacks: Readonly<Record<string, Resources>>, name = 'prod'): EnvironmentModel {
  return new EnvironmentModel(
    { name, account: '111122223333' },
    Object.entries(stacks).map(([stack, resources]) => ({
      stack,
      region: 'us-east-1',
      template: parseTemplate(stack, JSON.stringify({ Resources: resources })),
    })),
  );
}
