import { bucketKindOf, dataClassOf } from '../../kinds';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { recordsAt, valueAt } from '../../model/read';
import { isJson } from '../../model/template';

type Json = Readonly<Record<string, unknown>>;

/** Lines by which the functions of this service say that something is wrong. */
export interface ServiceSubject {
  readonly name: string;
  /** As in "somebody is told when …". */
  readonly when: string;
  readonly citation: string;
  readonly lines: readonly Json[];
  /** The functions that write them, known by their use. */
  readonly writers: (environment: EnvironmentModel) => readonly Resource[];
}

const withCodes = (...codes: readonly string[]): readonly Json[] => codes.map((code) => ({ level: 'error', code }));

/** Those that a load balancer forwards to. */
function servers(environment: EnvironmentModel): readonly Resource[] {
  const targets = environment.of('AWS::ElasticLoadBalancingV2::TargetGroup').flatMap((group) => recordsAt(group, 'Targets').map(({ Id }) => environment.at(Id, 'AWS::Lambda::Function')));
  return environment.of('AWS::Lambda::Function').filter((each) => targets.includes(each));
}

/** Those on a schedule that are told of the archive of the application's audit. */
function exporters(environment: EnvironmentModel): readonly Resource[] {
  return scheduled(environment).filter((each) => namedIn(environment, each).some((named) => named.type === 'AWS::S3::Bucket' && bucketKindOf(environment, named) === 'auditArchive'));
}

/** Those on a schedule that handle PHI under a key which they are told of. */
function rotators(environment: EnvironmentModel): readonly Resource[] {
  return scheduled(environment).filter((each) => dataClassOf(each) === 'phi' && namedIn(environment, each).some((named) => named.type === 'AWS::KMS::Key'));
}

function scheduled(environment: EnvironmentModel): readonly Resource[] {
  const started = environment
    .of('AWS::Events::Rule')
    .filter((rule) => valueAt(rule, 'ScheduleExpression') !== undefined)
    .flatMap((rule) => recordsAt(rule, 'Targets').map(({ Arn }) => environment.at(Arn)));
  return environment.of('AWS::Lambda::Function').filter((each) => started.includes(each));
}

function namedIn(environment: EnvironmentModel, each: Resource): readonly Resource[] {
  const variables = valueAt(each, 'Environment.Variables');
  return Object.values(isJson(variables) ? variables : {}).flatMap((value) => environment.at(value) ?? []);
}

/** What this service's own functions tell by a code, each of which is evidence going wrong or somebody at work. */
export const SERVICE_SUBJECTS: readonly ServiceSubject[] = [
  { name: 'altered-records', when: 'a stored value does not open under its own key and place', citation: '164.312(c)(2)', lines: withCodes('integrity_failure'), writers: servers },
  { name: 'unaudited-requests', when: 'a request cannot be audited', citation: '164.312(b)', lines: [{ level: 'error', event: 'audit_unavailable' }], writers: servers },
  { name: 'unavailable-data-keys', when: 'data keys cannot be had', citation: '164.312(a)(2)(iv)', lines: withCodes('key_missing', 'key_invalid', 'key_list_unavailable'), writers: servers },
  { name: 'forged-tokens', when: 'a token names a key that nobody published', citation: '164.312(d)', lines: withCodes('token_key_unknown'), writers: servers },
  { name: 'unreadable-token-keys', when: 'the keys of tokens cannot be read', citation: '164.312(d)', lines: [{ level: 'error', event: 'keys_unreadable' }], writers: servers },
  { name: 'stalled-exports-of-audit', when: 'audit waits ten minutes for its export', citation: '164.312(b)', lines: [{ level: 'info', event: 'export', oldestUnexportedS: 600 }], writers: exporters },
  { name: 'altered-archives', when: 'the archive of the audit holds something else under a name', citation: '164.312(c)(2)', lines: withCodes('batch_conflict'), writers: exporters },
  { name: 'malformed-values', when: 'the rotation of data keys meets values that name no key', citation: '164.312(c)(1)', lines: withCodes('values_malformed'), writers: rotators },
];
