import type { Check } from '../../check';
import { judgeEach, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { listAt, recordsAt } from '../../model/read';
import { isJson } from '../../model/template';
import { unknownIn } from '../../model/unknown';
import { CannotTell } from '../../verdict';

type Json = Readonly<Record<string, unknown>>;

/** What an envelope holds; the letter, `$.detail`, may name people and what is stored of them. */
const ENVELOPE: readonly string[] = ['$.account', '$.region', '$.time', '$.id', '$.source', '$.detail-type', '$.version'];

/**
 * What events of a source name besides, where a rule takes from no other: workflows and executions; of our own, the pseudonymous id and
 * role of a person, and nothing else does. Elsewhere AWS puts names and what is stored there.
 */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  'aws.states': ['$.detail.stateMachineArn', '$.detail.name'],
  'telehealth.audit-signals': ['$.detail.actorId', '$.detail.actorRole'],
};

/** Variables of EventBridge’s own that hold no part of an event. */
const HARMLESS = /<aws\.events\.(?:rule-arn|rule-name|event\.ingestion-time)>/g;

/** A topic is read in mailboxes, which nothing here encrypts: a message says that something happened, and where to look. */
export const messagesCarryNoDetail: Check = {
  id: 'liveness/messages-carry-no-detail',
  claim: 'every rule that tells a topic tells it a text of its own, with nothing of an event but its envelope and names that are no secret',
  citations: ['164.312(e)(1)', '164.308(a)(6)(ii)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeEach(
      environment.of('AWS::Events::Rule').filter((rule) => topicsOf(environment, rule).length > 0),
      '164.312(e)(1)',
      (rule) => topicsOf(environment, rule).flatMap(({ target, at }) => faultsOf(rule, target, `Targets.${at}`)),
      'no rule of the templates tells a topic',
    ),
};

function topicsOf(environment: EnvironmentModel, rule: Resource): readonly { readonly target: Json; readonly at: number }[] {
  return recordsAt(rule, 'Targets').flatMap((target, at) => (environment.at(target['Arn'], 'AWS::SNS::Topic') ? [{ target, at }] : []));
}

function faultsOf(rule: Resource, target: Json, property: string): readonly Fault[] {
  const unknown = unknownIn(target);
  if (unknown !== undefined) throw new CannotTell(`${rule.name}.${property}: ${unknown}`);
  const { Input, InputTransformer: transformer } = target;
  if (typeof Input === 'string') return [];
  if (!isJson(transformer)) return [{ property, value: 'the whole event, or a part of it', expected: 'an InputTransformer' }];
  const paths = Object.entries(isJson(transformer['InputPathsMap']) ? transformer['InputPathsMap'] : {});
  const template = typeof transformer['InputTemplate'] === 'string' ? transformer['InputTemplate'] : '';
  const told = [...ENVELOPE, ...namesIn(rule)];
  return [
    ...paths
      .filter(([, path]) => !told.includes(String(path)))
      .map(([name, value]): Fault => ({ property: `${property}.InputPathsMap.${name}`, value, expected: `one of ${told.join(', ')}` })),
    ...(template.trim() !== '' && !template.replaceAll(HARMLESS, '').includes('<aws.events.')
      ? []
      : [{ property: `${property}.InputTemplate`, value: template, expected: 'a text without the event' }]),
  ];
}

function namesIn(rule: Resource): readonly string[] {
  const sources = listAt(rule, 'EventPattern.source');
  const [only] = sources;
  return sources.length === 1 && typeof only === 'string' ? (NAMES[only] ?? []) : [];
}
