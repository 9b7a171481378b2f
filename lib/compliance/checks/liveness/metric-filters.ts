import type { AdoptedResource } from '../../model/adopted';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { groupBy } from '../../model/group-by';
import { once, onceForText } from '../../model/once';
import { recordsAt, textAt } from '../../model/read';
import { compileFilterPattern } from '../../simulation/filter-pattern';
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
    const group = logGroupOf(environment, textAt(filter, 'LogGroupName'));
    return recordsAt(filter, 'MetricTransformations').map((transformation): FilledMetric => ({ filter, group, transformation }));
  }),
);

/** The log group of a name, of the templates or adopted; undefined for neither. */
export function logGroupOf(environment: EnvironmentModel, name: string | undefined): LogGroup | undefined {
  return name === undefined ? undefined : (environment.at(name, 'AWS::Logs::LogGroup') ?? environment.adopted('AWS::Logs::LogGroup', name));
}

/** The metrics that fill the one an alarm is over. One with dimensions is another metric to CloudWatch. */
export function metricsUnder(environment: EnvironmentModel, alarm: Resource): readonly FilledMetric[] {
  return filledByMetric(environment).get(metricOf(textAt(alarm, 'Namespace'), textAt(alarm, 'MetricName'))) ?? [];
}

/** The alarms over what a filter fills. */
export function alarmsOver(environment: EnvironmentModel, transformation: FilledMetric['transformation']): readonly Resource[] {
  return alarmsByMetric(environment).get(metricOf(transformation['MetricNamespace'], transformation['MetricName'])) ?? [];
}

function metricOf(namespace: unknown, name: unknown): string {
  return JSON.stringify([namespace, name]);
}

const filledByMetric = once((environment: EnvironmentModel) =>
  groupBy(filledMetricsOf(environment), ({ transformation }) => metricOf(transformation['MetricNamespace'], transformation['MetricName'])),
);

const alarmsByMetric = once((environment: EnvironmentModel) =>
  groupBy(environment.of('AWS::CloudWatch::Alarm'), (alarm) => metricOf(textAt(alarm, 'Namespace'), textAt(alarm, 'MetricName'))),
);

const matcherOf = onceForText(compileFilterPattern);

/**
 * Whether a filter matches a line of its log group.
 *
 * @throws CannotTell on a pattern that is not understood.
 */
export function matchesLine(filter: Resource, line: unknown): boolean {
  const pattern = textAt(filter, 'FilterPattern') ?? '';
  try {
    return matcherOf(pattern)(line);
  } catch {
    throw new CannotTell(`${filter.name} has a pattern that is not understood here`);
  }
}
