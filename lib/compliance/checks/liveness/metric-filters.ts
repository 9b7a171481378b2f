import type { AdoptedResource } from '../../model/adopted';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { recordsAt, textAt } from '../../model/read';
import { compileFilterPattern, type LineMatcher } from '../../simulation/filter-pattern';
import { CannotTell } from '../../verdict';

/** One metric that a filter fills. */
export interface FilledMetric {
  readonly filter: Resource;
  /** The log group that it reads: of these templates, or one that others fill; undefined when it is neither. */
  readonly group: Resource | AdoptedResource | undefined;
  readonly transformation: Readonly<Record<string, unknown>>;
}

const known = new WeakMap<EnvironmentModel, readonly FilledMetric[]>();

/** Everything that metric filters of the templates publish; worked out once for each environment. */
export function filledMetricsOf(environment: EnvironmentModel): readonly FilledMetric[] {
  const cached = known.get(environment);
  if (cached) return cached;
  const made = environment.of('AWS::Logs::MetricFilter').flatMap((filter) => {
    const name = textAt(filter, 'LogGroupName');
    const group = environment.at(name, 'AWS::Logs::LogGroup') ?? (name === undefined ? undefined : environment.adopted('AWS::Logs::LogGroup', name));
    return recordsAt(filter, 'MetricTransformations').map((transformation): FilledMetric => ({ filter, group, transformation }));
  });
  known.set(environment, made);
  return made;
}

/** Whether what a filter reads is the group. One of others is known by its name alone. */
export function reads({ group }: FilledMetric, wanted: Resource | AdoptedResource): boolean {
  return group === wanted || (group !== undefined && !('logicalId' in group) && !('logicalId' in wanted) && group.name === wanted.name);
}

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
