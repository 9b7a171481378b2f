import { EnvironmentModel } from '../../lib/compliance/model/environment';
import { parseTemplate } from '../../lib/compliance/model/template';

/** Account of the tiny environments. */
export const ACCOUNT = '111122223333';

/** A resource as a template has it. */
export interface TinyResource {
  readonly Type: string;
  readonly Properties?: object;
  readonly Metadata?: object;
  readonly DependsOn?: unknown;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Condition?: string;
}

/** Resources by logical id. */
export type TinyResources = Readonly<Record<string, TinyResource>>;

/** What stands in other Regions, by Region. */
export type Elsewhere = Readonly<Record<string, TinyResources>>;

/** What a tiny environment is like beside its resources. */
export interface TinyEnvironment {
  /** Judged as production unless it is one of a rehearsal. @default prod */
  readonly name?: string;
  /** Of every template. @default none */
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/** An environment of one stack for each Region, the first `prod-Small`, for what a single change of the real one does not show. */
export function environmentOf(
  resources: TinyResources,
  elsewhere: Elsewhere = {},
  { name = 'prod', parameters: Parameters = {} }: TinyEnvironment = {},
): EnvironmentModel {
  const stacks = Object.entries({ 'us-east-1': resources, ...elsewhere }).map(([region, Resources], at) => {
    const stack = at === 0 ? 'prod-Small' : `prod-Small-${region}`;
    return { stack, region, template: parseTemplate(stack, JSON.stringify({ Parameters, Resources })) };
  });
  return new EnvironmentModel({ name, account: ACCOUNT }, stacks);
}
