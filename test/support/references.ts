import type { TemplateResource } from './assembly';

/** A stack's part in the resolution: what it holds, exports, and where it runs. */
export interface StackOfReferences {
  readonly stack: string;
  readonly region: string;
  readonly resources: ReadonlyMap<string, TemplateResource>;
  /** Export name to the value exported, unresolved. */
  readonly exports: ReadonlyMap<string, unknown>;
}

/** Writes out every reference of a value that stands in `stack`. */
export type Resolve = (stack: string, value: unknown) => unknown;

/** Marks the generated part of a name: `${Foundation.KeysTrail856D464B}`, or with an attribute `${Data.Db.Endpoint.Address}`. */
const MARKER = /\$\{(\w+)\.(\w+)(?:\.[\w.]+)?\}/;

/** Stack and logical id of the first reference in a resolved string. */
export function markerIn(text: string): { stack: string; logicalId: string } | undefined {
  const [, stack, logicalId] = MARKER.exec(text) ?? [];
  return stack !== undefined && logicalId !== undefined ? { stack, logicalId } : undefined;
}

interface Place {
  readonly account: string;
  readonly region: string;
  /** The resource's generated name. */
  readonly name: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** How each reference reads in AWS, so that a policy's wildcards meet what they would meet there. */
const RENDERED: Readonly<Record<string, (place: Place) => string>> = {
  'AWS::S3::Bucket.Arn': ({ name }) => `arn:aws:s3:::${name}`,
  'AWS::KMS::Key.Arn': ({ account, region, name }) => `arn:aws:kms:${region}:${account}:key/${name}`,
  'AWS::Logs::LogGroup.Arn': ({ account, region, name, properties }) =>
    `arn:aws:logs:${region}:${account}:log-group:${literal(properties['LogGroupName']) ?? name}:*`,
  'AWS::SNS::Topic': ({ account, region, name }) => `arn:aws:sns:${region}:${account}:${name}`,
  'AWS::SQS::Queue.Arn': ({ account, region, name }) => `arn:aws:sqs:${region}:${account}:${name}`,
  'AWS::Lambda::Function.Arn': ({ account, region, name }) => `arn:aws:lambda:${region}:${account}:function:${name}`,
  'AWS::IAM::Role.Arn': ({ account, name, properties }) => `arn:aws:iam::${account}:role/${literal(properties['RoleName']) ?? name}`,
  'AWS::IAM::ManagedPolicy': ({ account, name }) => `arn:aws:iam::${account}:policy/${name}`,
  'AWS::Events::Rule.Arn': ({ account, region, name }) => `arn:aws:events:${region}:${account}:rule/${name}`,
  'AWS::Cognito::UserPool.Arn': ({ account, region, name }) => `arn:aws:cognito-idp:${region}:${account}:userpool/${name}`,
  'AWS::RDS::DBProxy.DBProxyArn': ({ account, region, name }) => `arn:aws:rds:${region}:${account}:db-proxy:prx-${name}`,
  'AWS::Backup::BackupVault.BackupVaultArn': ({ account, region, name }) => `arn:aws:backup:${region}:${account}:backup-vault:${name}`,
  'AWS::ElasticLoadBalancingV2::TargetGroup': ({ account, region, name, properties }) =>
    `arn:aws:elasticloadbalancing:${region}:${account}:targetgroup/${literal(properties['Name']) ?? 'generated'}/${name}`,
};

/**
 * Resolves Ref, GetAtt, ImportValue across stacks, Join, Split and Select, so that a template becomes plain data: what one
 * resource says of another is a string that both sides spell alike.
 *
 * @throws Error on an export that no stack makes, a resource that does not exist, or a function it does not know: a walk
 * that cannot be followed must not pass
 */
export function createResolver(stacks: readonly StackOfReferences[], account: string): Resolve {
  const byName = new Map(stacks.map((stack) => [stack.stack, stack]));

  const stackNamed = (name: string): StackOfReferences => {
    const stack = byName.get(name);
    if (!stack) throw new Error(`No stack ${name}.`);
    return stack;
  };

  const reference = (stackName: string, logicalId: string, attribute?: string): string => {
    const stack = stackNamed(stackName);
    const resource = stack.resources.get(logicalId);
    const suffix = attribute === undefined ? '' : `.${attribute}`;
    if (!resource) {
      if (logicalId === 'BootstrapVersion') return `\${${stackName}.${logicalId}}`;
      throw new Error(`${stackName} refers to ${logicalId}, which it does not hold.`);
    }
    const rendered = RENDERED[`${resource.Type}${suffix}`];
    const name = `\${${stackName}.${logicalId}}`;
    return rendered?.({ account, region: stack.region, name, properties: resource.Properties }) ?? `\${${stackName}.${logicalId}${suffix}}`;
  };

  const imported = (exportName: string): unknown => {
    const exporter = stacks.find(({ exports }) => exports.has(exportName));
    if (!exporter) throw new Error(`Nobody exports ${exportName}.`);
    return resolve(exporter.stack, exporter.exports.get(exportName));
  };

  const call = (stack: string, name: string, argument: unknown): unknown => {
    switch (name) {
      case 'Ref':
        return pseudo(stackNamed(stack), argument as string) ?? reference(stack, argument as string);
      case 'Fn::GetAtt': {
        const [logicalId, attribute] = argument as [string, string];
        return reference(stack, logicalId, attribute);
      }
      case 'Fn::ImportValue':
        return imported(text(stack, argument));
      case 'Fn::Join': {
        const [separator, parts] = argument as [string, unknown[]];
        return parts.map((part) => text(stack, part)).join(separator);
      }
      case 'Fn::Select': {
        const [index, list] = argument as [number, unknown];
        return (resolve(stack, list) as unknown[])[Number(index)];
      }
      case 'Fn::Split': {
        const [separator, whole] = argument as [string, unknown];
        return text(stack, whole).split(separator);
      }
      default:
        throw new Error(`${stack} uses ${name}, which the resolver does not know.`);
    }
  };

  const text = (stack: string, value: unknown): string => {
    const resolved = resolve(stack, value);
    if (typeof resolved !== 'string') throw new Error(`${stack} joins what is no text: ${JSON.stringify(resolved)}.`);
    return resolved;
  };

  const pseudo = ({ region }: StackOfReferences, name: string): string | undefined =>
    ({ 'AWS::Partition': 'aws', 'AWS::Region': region, 'AWS::AccountId': account, 'AWS::URLSuffix': 'amazonaws.com' })[name];

  const resolve: Resolve = (stack, value) => {
    if (Array.isArray(value)) return value.map((item) => resolve(stack, item));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [only] = entries;
    if (entries.length === 1 && only && (only[0] === 'Ref' || only[0].startsWith('Fn::'))) return call(stack, only[0], only[1]);
    return Object.fromEntries(entries.map(([key, item]) => [key, resolve(stack, item)]));
  };
  return resolve;
}

function literal(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
