import type { Duration } from 'aws-cdk-lib';
import { Stack } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acceptFinding } from './accept-finding';
import type { DataClass } from './data-class';
import { classify } from './data-class';
import type { FunctionName } from './function-bundles';
import { withFunctionBundle } from './function-bundles';
import { KeyedLogGroup } from './keyed-log-group';
import type { OwnPolicy } from './service-role';
import { ServiceRole } from './service-role';

/** Where a function's network interface is. */
export type FunctionNetwork =
  | { readonly vpc: IVpc; readonly subnets: SubnetSelection; readonly securityGroup: ISecurityGroup }
  /** For the few that must reach a public AWS endpoint and handle no PHI. */
  | { readonly outsideVpcBecause: string };

/** Who learns of a failure. */
export type FunctionInvocation =
  /** The caller waits for the function's answer and fails without it. */
  | { readonly awaitedBy: string }
  /** Nobody waits: after two retries the event goes to this queue. */
  | { readonly deadLetterQueue: IQueue };

/** One function. */
export interface SecureFunctionProps {
  readonly bundle: FunctionName;
  /** One sentence for the console and for the exceptions that name the function. */
  readonly description: string;
  readonly dataClass: DataClass;
  /** As the function's `contract.ts` lists it: names and addresses, never PHI or a secret. */
  readonly environment: Readonly<Record<string, string>>;
  /** Key of the log group and of the environment. */
  readonly logsKey: IKey;
  readonly network: FunctionNetwork;
  readonly invocation: FunctionInvocation;
  readonly timeout: Duration;
  readonly memoryMib: number;
  /** @default none: a new account refuses any reservation */
  readonly reservedConcurrency?: number;
  /** Only where a policy that comes first names the role (`fixed-names.ts`). @default a generated name */
  readonly roleName?: string;
}

/**
 * A Node.js 24 function on arm64 with a role, a log group and a bundle of its own: nothing shared, nothing from the
 * runtime's copy of the SDK, no event or payload logged by the platform. 164.312(a)(1), 164.312(b).
 */
export class SecureFunction extends Construct {
  readonly function: IFunction;
  readonly logGroup: ILogGroup;
  /** Whom others know the function by. */
  readonly role: IRole;
  /** Grant what the function may do to this. */
  readonly policy: OwnPolicy;

  constructor(scope: Construct, id: string, props: SecureFunctionProps) {
    super(scope, id);
    const logs = new KeyedLogGroup(this, 'Logs', { dataClass: 'operational', key: props.logsKey });
    this.logGroup = logs.logGroup;
    const role = new ServiceRole(this, 'Execution', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `Execution role. ${props.description}`,
      roleName: props.roleName,
    });
    this.role = role.role;
    this.policy = role.policy;
    this.function = withFunctionBundle(
      props.bundle,
      (folder) =>
        new LambdaFunction(this, 'Function', {
          description: props.description,
          runtime: Runtime.NODEJS_24_X,
          architecture: Architecture.ARM_64,
          code: Code.fromAsset(folder),
          handler: 'index.handler',
          environment: { ...props.environment },
          environmentEncryption: props.logsKey,
          logGroup: logs.logGroup,
          role: role.role,
          timeout: props.timeout,
          memorySize: props.memoryMib,
          reservedConcurrentExecutions: props.reservedConcurrency,
          ...networkProps(props.network),
          ...('deadLetterQueue' in props.invocation ? { deadLetterQueue: props.invocation.deadLetterQueue } : {}),
        }),
    );
    this.acceptStructuralFindings(props);
    classify(this, props.dataClass);

    logs.grantWrite(this.policy);
    props.logsKey.grantDecrypt(this.policy);
    if ('deadLetterQueue' in props.invocation) props.invocation.deadLetterQueue.grantSendMessages(this.policy);
    if ('vpc' in props.network) this.grantNetworkInterfaces();
    role.completeBefore(this.function);
  }

  /** What Lambda itself needs to attach the function to the VPC; it tries these with the pattern `*\/*` of the account. */
  private grantNetworkInterfaces(): void {
    const { account, partition, region } = Stack.of(this);
    this.policy.addStatements(
      new PolicyStatement({
        sid: 'AttachToVpc',
        actions: ['ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface', 'ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses'],
        resources: [`arn:${partition}:ec2:${region}:${account}:*/*`],
      }),
      new PolicyStatement({
        sid: 'FindInterfacesAndSubnets',
        // Neither action supports resource-level permissions.
        actions: ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'],
        resources: ['*'],
      }),
    );
  }

  private acceptStructuralFindings(props: SecureFunctionProps): void {
    if (props.reservedConcurrency === undefined) {
      acceptFinding(this.function, {
        rule: 'LambdaConcurrency',
        citation: '164.312(b)',
        because: `A new account has ten concurrent executions and refuses every reservation, so the ${props.bundle} function reserves none by default.`,
        insteadWe: 'limit request rates in the web ACL and alarm on throttles of the API; the environment\'s file reserves where the quota allows',
      });
    }
    if ('awaitedBy' in props.invocation) {
      acceptFinding(this.function, {
        rule: 'LambdaDLQ',
        citation: '164.312(b)',
        because: `${props.invocation.awaitedBy} waits for the answer of the ${props.bundle} function and fails without it, so no event is ever lost unseen in a queue.`,
        insteadWe: 'let the caller report it: a deploy rolls back, a request answers 5xx, and an alarm counts those',
      });
    }
    if ('outsideVpcBecause' in props.network) {
      acceptFinding(this.function, {
        rule: 'LambdaInsideVPC',
        citation: '164.312(e)(1)',
        because: props.network.outsideVpcBecause,
        insteadWe: 'give it a role that reaches no PHI store and no database',
      });
    }
  }
}

function networkProps(network: FunctionNetwork): { vpc?: IVpc; vpcSubnets?: SubnetSelection; securityGroups?: ISecurityGroup[] } {
  return 'vpc' in network ? { vpc: network.vpc, vpcSubnets: network.subnets, securityGroups: [network.securityGroup] } : {};
}
