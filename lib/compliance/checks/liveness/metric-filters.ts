import type { EnvironmentModel, Resource } from '../../model/environment';
import { recordsAt, textAt } from '../../model/read';
import { compileFilterPattern, type LineMatcher } from '../../simulation/filter-pattern';
import { CannotTell } from '../../verdict';

/** One metric that a filter fills. */
export interface FilledMetric {
  readonly filter: Resource;
  readonly transformation: Readonly<Record<string, unknown>>;
}

/** Everything that metric filters of the templates publish. */
export function filledMetricsOf(environment: EnvironmentModel): readonly FilledMetric[] {
  return environment
    .of('AWS::Logs::MetricFilter')
    .flatMap((filter) => recordsAt(filter, 'MetricTransformations').map((transformation) => ({ filter, transformation })));
}

/** Whether an alarm is over the metric. One with dimensions is another metric to CloudWatch. */
export function isOver(alarm: Resource, { transformation }: FilledMetric): boolean {
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
