import type { EnvironmentModel, Resource } from '../compliance/model/environment';
import { recordsAt, textAt, textsAt, valueAt } from '../compliance/model/read';
import { isJson } from '../compliance/model/template';
import { CannotTell } from '../compliance/verdict';
import { pathOf } from './paths';
import { sortedBy } from './order';
import { jsonFile, type PackFile } from './pack-file';
import { told, toldOrNone } from './told';

/** One thing that somebody is told of. */
export interface Detection {
  /** Entry of the runbook; the construct's own id where the templates name none. */
  readonly id: string;
  readonly kind: 'alarm over log lines' | 'alarm over a metric of AWS' | 'event rule';
  readonly description: string;
  /** Log groups, namespace of the metric, or source of the events. */
  readonly source: string;
  /** Filter pattern, metric, or event pattern. */
  readonly pattern: string;
  readonly threshold: string;
  readonly citations: readonly string[];
  readonly runbook: string;
  readonly tells: readonly string[];
  readonly stack: string;
  readonly logicalId: string;
  /** The row of the table that it was made of, as the template records it: severity, tier, action, exemptions, number of fixtures. */
  readonly row?: Readonly<Record<string, unknown>>;
}

const CITATION = /164\.\d{3}(?:\([A-Za-z0-9]+\))+/g;
const RUNBOOK = /docs\/runbook\.md, (\w+)/;

/** Alarms, and rules that tell a topic: 164.308(a)(6)(ii). Whether each can ring and arrive, the checks of liveness say. */
export function detectionsOf(environment: EnvironmentModel): readonly Detection[] {
  const alarms = environment.of('AWS::CloudWatch::Alarm').flatMap((alarm) => readable(alarm, () => [ofAlarm(environment, alarm)]));
  const rules = environment.of('AWS::Events::Rule').flatMap((rule) => readable(rule, () => ofRule(environment, rule)));
  return sortedBy([...alarms, ...rules], ({ id, stack, logicalId }) => `${id}/${stack}/${logicalId}`);
}

/** `detections.json`. */
export function detectionFiles(detections: readonly Detection[]): readonly PackFile[] {
  return [jsonFile('detections.json', { detections })];
}

/** What cannot be read is listed as that: a detection that nobody sees would be taken for none. */
function readable(resource: Resource, read: () => readonly Detection[]): readonly Detection[] {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof CannotTell)) throw error;
    const { stack, logicalId, type } = resource;
    const kind = type === 'AWS::Events::Rule' ? 'event rule' : 'alarm over a metric of AWS';
    const unread = { source: '', pattern: '', threshold: '', citations: [], runbook: '', tells: [] };
    return [{ id: logicalId, kind, description: `cannot tell: ${error.message}`, ...unread, stack, logicalId }];
  }
}

function ofAlarm(environment: EnvironmentModel, alarm: Resource): Detection {
  const text = (path: string): string => told(() => valueAt(alarm, path));
  const filters = environment
    .of('AWS::Logs::MetricFilter')
    .filter((filter) =>
      recordsAt(filter, 'MetricTransformations').some(
        ({ MetricName: name, MetricNamespace: space }) => name === text('MetricName') && space === text('Namespace'),
      ),
    );
  const isOverLines = filters.length > 0;
  const groups = filters.map((filter) =>
    nameOf(
      environment,
      told(() => valueAt(filter, 'LogGroupName')),
    ),
  );
  return {
    ...headOf(alarm, text('AlarmDescription')),
    kind: isOverLines ? 'alarm over log lines' : 'alarm over a metric of AWS',
    source: isOverLines ? [...new Set(groups)].join('; ') : text('Namespace'),
    pattern: isOverLines ? filters.map((filter) => toldOrNone(() => valueAt(filter, 'FilterPattern'))).join('; ') : text('MetricName'),
    threshold: [
      text('Statistic'),
      text('ComparisonOperator'),
      text('Threshold'),
      'in',
      text('EvaluationPeriods'),
      'x',
      text('Period'),
      'seconds',
    ].join(' '),
    tells: namesOf(environment, () => textsAt(alarm, 'AlarmActions')),
  };
}

function ofRule(environment: EnvironmentModel, rule: Resource): readonly Detection[] {
  const targets = recordsAt(rule, 'Targets').map(({ Arn }) => String(Arn));
  const topics = targets.filter((target) => environment.at(target)?.type === 'AWS::SNS::Topic');
  const pattern = valueAt(rule, 'EventPattern');
  if (topics.length === 0 || pattern === undefined) return [];
  const messages = recordsAt(rule, 'Targets').map((target) => JSON.stringify(target['InputTransformer'] ?? ''));
  const state = toldOrNone(() => textAt(rule, 'State'));
  return [
    {
      ...headOf(
        rule,
        told(() => valueAt(rule, 'Description')),
        messages.join(' '),
      ),
      kind: 'event rule',
      source: 'EventBridge',
      pattern: JSON.stringify(pattern),
      threshold: state === 'DISABLED' ? 'switched off' : 'each event',
      tells: namesOf(environment, () => topics),
    },
  ];
}

type Head = Pick<Detection, 'id' | 'description' | 'citations' | 'runbook' | 'stack' | 'logicalId' | 'row'>;

function headOf(resource: Resource, description: string, message = ''): Head {
  const said = `${description} ${message}`;
  const row = isJson(resource.metadata['Detection']) ? resource.metadata['Detection'] : undefined;
  const entry = RUNBOOK.exec(said)?.[1];
  const own = pathOf(resource)
    .split('/')
    .filter((part) => part !== 'Resource')
    .at(-1);
  return {
    id: entry ?? own ?? resource.logicalId,
    description: description.replace(/ What to do:.*$/s, ''),
    citations: [...new Set([...(said.match(CITATION) ?? []), ...citationsIn(row)])],
    runbook: entry === undefined ? '' : `docs/runbook.md#${entry.toLowerCase()}`,
    stack: resource.stack,
    logicalId: resource.logicalId,
    ...(row && { row }),
  };
}

function citationsIn(row: Readonly<Record<string, unknown>> | undefined): readonly string[] {
  const citations = row?.['citations'];
  return Array.isArray(citations) ? citations.map(String) : [];
}

function namesOf(environment: EnvironmentModel, read: () => readonly string[]): readonly string[] {
  return read().map((value) => nameOf(environment, value));
}

function nameOf(environment: EnvironmentModel, value: string): string {
  return environment.at(value)?.name ?? value;
}
