import { EnvironmentModel } from '../../lib/compliance/model/environment';
import { parseTemplate } from '../../lib/compliance/model/template';

/** Resources as a template has them. */
export type TinyResources = Readonly<Record<string, { readonly Type: string; readonly Properties?: object; readonly DeletionPolicy?: string }>>;

/** An environment of one stack, judged as production, for what a single change of the real one does not show. */
export function environmentOf(resources: TinyResources): EnvironmentModel {
  const template = parseTemplate('tiny', JSON.stringify({ Resources: resources }));
  return new EnvironmentModel({ name: 'prod', account: '111122223333' }, [{ stack: 'tiny', region: 'us-east-1', template }]);
}
