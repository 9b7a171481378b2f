import { EnvironmentModel } from '../../lib/compliance/model/environment';
import { parseTemplate } from '../../lib/compliance/model/template';

/** Resources as a template has them. */
export type TinyResources = Readonly<Record<string, { readonly Type: string; readonly Properties?: object; readonly DeletionPolicy?: string }>>;

/** What stands in other Regions, by Region. */
export type Elsewhere = Readonly<Record<string, TinyResources>>;

/** An environment of one stack for each Region, judged as production, for what a single change of the real one does not show. */
export function environmentOf(resources: TinyResources, elsewhere: Elsewhere = {}): EnvironmentModel {
  const stacks = Object.entries({ 'us-east-1': resources, ...elsewhere }).map(([region, Resources], at) => {
    const stack = at === 0 ? 'tiny' : `tiny-${region}`;
    return { stack, region, template: parseTemplate(stack, JSON.stringify({ Resources })) };
  });
  return new EnvironmentModel({ name: 'prod', account: '111122223333' }, stacks);
}
