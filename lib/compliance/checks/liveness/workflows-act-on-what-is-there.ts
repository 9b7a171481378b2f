import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { textAt } from '../../model/read';
import { conditionsHold } from '../../policy/conditions';
import { decide } from '../../policy/evaluate';
import { grantsOf, isBreakGlass } from '../../policy/grants';
import { identitiesOf, identityOf, type Identity } from '../../policy/identities';
import { meet } from '../../policy/pattern';
import { isRefused } from '../../policy/refusals';
import { policyOf } from '../../policy/resource-policies';
import type { Statement } from '../../policy/statement';
import { rulesOf } from '../network/group-rules';
import { callsOf, type WorkflowCall } from './workflow-calls';

/** A containment that fails at three in the morning contains nothing, and one that locks itself out cannot say that it did. */
export const workflowsActOnWhatIsThere: Check = {
  id: 'liveness/workflows-act-on-what-is-there',
  claim:
    'every workflow may take its role, and each of its calls is on something that the role may act upon; a database goes into a group ' +
    'that lets nobody in, and a bucket that is closed stays open to break-glass and to the workflows that close and open it',
  citations: ['164.308(a)(6)(ii)', '164.308(a)(7)(ii)(C)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::StepFunctions::StateMachine'], '164.308(a)(6)(ii)', (machine) => faultsOf(environment, machine)),
};

function faultsOf(environment: EnvironmentModel, machine: Resource): readonly Fault[] {
  const identity = identityOf(environment, textAt(machine, 'RoleArn'));
  if (!identity) return [{ property: 'RoleArn', value: textAt(machine, 'RoleArn'), expected: 'a role of these templates' }];
  return [
    ...distrusted(environment, identity, machine),
    ...callsOf(environment, machine).flatMap((call) => [
      ...forbidden(environment, identity, call),
      ...open(environment, call),
      ...lockedOut(environment, call),
    ]),
  ];
}

/** A trust names the workflow that may take the role; under another name it cannot even be started. */
function distrusted(environment: EnvironmentModel, { arn, trust }: Identity, machine: Resource): readonly Fault[] {
  const source = environment.arnOf(machine);
  const context = { 'aws:SourceArn': source, 'aws:SourceAccount': environment.place.account };
  const by = { kind: 'service', service: 'states.amazonaws.com' } as const;
  return decide(trust, { by, action: 'sts:AssumeRole', resource: arn, context }) === 'allowed'
    ? []
    : [{ property: 'StateMachineName', value: source, expected: 'a workflow that its role trusts' }];
}

const at = ({ state }: WorkflowCall, value: unknown, expected: string): Fault => ({
  property: `DefinitionString ${state}`,
  value,
  expected,
});

function forbidden(environment: EnvironmentModel, identity: Identity, call: WorkflowCall): readonly Fault[] {
  const { action, resource } = call;
  if (!grantsOf(identity, action, resource).some((grant) => fits(grant, call))) return [at(call, `${action} on ${resource} is not allowed`, 'something that its role may act upon')];
  if (!action.startsWith('s3:')) return [];
  const named = environment.at(call.given['Bucket'], 'AWS::S3::Bucket');
  return (named ? [named] : environment.of('AWS::S3::Bucket'))
    .filter((bucket) => refuses(environment, bucket, identity, call))
    .map(({ name }) => at(call, `${action} is refused by the policy of ${name}`, 'a policy that lets the workflow act'));
}

/** Whether the policy of a bucket refuses what a role may do there; where the input names the bucket, of any that it may name. */
function refuses(environment: EnvironmentModel, bucket: Resource, identity: Identity, { action, resource }: WorkflowCall): boolean {
  const arn = environment.arnOf(bucket);
  const asked = resource.startsWith(`${arn}/`) ? resource : arn;
  if (!meet(resource, asked) || grantsOf(identity, action, asked).length === 0) return false;
  return isRefused(environment, policyOf(environment, bucket), identity, action, asked);
}

/** Whether a grant is for the arguments of a call, as far as these decide its conditions; what else it asks for, only the call knows. */
function fits({ conditions }: Statement, { context }: WorkflowCall): boolean {
  if (context.size === 0) return true;
  const decided = Object.entries(conditions).map(([operator, keys]) => [
    operator,
    Object.fromEntries(Object.entries(keys).filter(([key]) => context.has(key.toLowerCase()))),
  ]);
  return conditionsHold(Object.fromEntries(decided) as Statement['conditions'], context);
}

/** A database is isolated in a group that lets nobody in; where it goes back to, only the record knows. */
function open(environment: EnvironmentModel, call: WorkflowCall): readonly Fault[] {
  const groups = call.given['VpcSecurityGroupIds'];
  if (!Array.isArray(groups)) return [];
  return (groups as readonly unknown[])
    .filter((id) => {
      const isOurs = typeof id === 'string' && environment.at(id, 'AWS::EC2::SecurityGroup') !== undefined;
      return !isOurs || rulesOf(environment, [id]).some(({ direction }) => direction === 'in');
    })
    .map((value) => at(call, value, 'a security group of these templates without a rule that lets anybody in'));
}

const CLOSING = /'Effect': ?'Deny'/;

/**
 * A denial to everybody is about the bucket and what is in it, or S3 refuses it; and it names whom it leaves in: break-glass, and the roles
 * that look at the policy and change it.
 */
function lockedOut(environment: EnvironmentModel, call: WorkflowCall): readonly Fault[] {
  const { action, given, resource } = call;
  const policy = given['Policy'];
  if (action !== 's3:PutBucketPolicy' || typeof policy !== 'string' || !CLOSING.test(policy)) return [];
  const needed = identitiesOf(environment).filter(
    (identity) => isBreakGlass(identity.arn) || (grantsOf(identity, action, resource).length > 0 && isOfWorkflow(environment, identity)),
  );
  return [
    ...[resource, `${resource}/*`]
      .filter((each) => !policy.includes(`'${each}'`))
      .map((each) => at(call, `denies nothing on ${each}`, 'the bucket of the call and its objects')),
    ...needed
      .filter(({ arn }) => !policy.includes(`'${arn}'`))
      .map(({ arn }) => at(call, `locks out ${arn}`, 'its ARN among those left in')),
  ];
}

function isOfWorkflow(environment: EnvironmentModel, { role }: Identity): boolean {
  return environment.of('AWS::StepFunctions::StateMachine').some((machine) => environment.at(textAt(machine, 'RoleArn')) === role);
}
