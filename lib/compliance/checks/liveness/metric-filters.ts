import type { AdoptedResource } from '../../model/adopted';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { once } from '../../model/once';
import { recordsAt, textAt } from '../../model/read';
import { compileFilterPattern, type LineMatcher } from '../../simulation/filter-pattern';
import { CannotTell } from '../../verdict';

/** A log group of these templates, or one that others fill. */
export type LogGroup = Resource | AdoptedResource;

/** One metric that a filter fills. */
export interface FilledMetric {
  readonly filter: Resource;
  /** The log group that it reads; undefined when it is of no template and adopted by none. */
  readonly group: LogGroup | undefined;
  readonly transformation: Readonly<Record<string, unknown>>;
}

/** Everything that metric filters of the templates publish; worked out once for each environment. */
export const filledMetricsOf = once((environment: EnvironmentModel): readonly FilledMetric[] =>
  environment.of('AWS::Logs::MetricFilter').flatMap((filter) => {
    const name = textAt(filter, 'LogGroupName');
    const group = environment.at(name, 'AWS::Logs::LogGroup') ?? (name === undefined ? undefined : environment.adopted('AWS::Logs::LogGroup', name));
    return recordsAt(filter, 'MetricTransformations').map((transformation): FilledMetric => ({ filter, group, transformation }));
  }),
);

/** Whether an alarm is over the metric. One with dimensions is another metric to CloudWatch. */
export function isOver(alarm: Resource, { transformation }: Pick<FilledMetric, 'transformation'>): boolean {
  return textAt(alarm, 'MetricName') === transformation['MetricName'] && textAt(alarm, 'Namespace') === transformation['MetricNamespace'];
}

const compiled = new Map<string, LineMatcher>();

/**
 * Whether a filter matches a line of its log group.
 *
 * @throws CannotTell on a pattern that is not understood.
 */
export function matchesLine(filter: Resource, line: unknown): boolean {
  const pattern = textAt(filter, 'FilterPattern') ?? '';
  try {
    const matcher = compiled.get(pattern) ?? compileFilterPattern(pattern);
    compiled.set(pattern, matcher);
    return matcher(line);
  } catch {
    throw new CannotTell(`${filter.name} has a pattern that is not understood here`);
  }
}
