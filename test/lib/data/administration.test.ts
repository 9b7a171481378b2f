import type { Claim } from '../../support/claims';
import { holds, judge, notices, unlike } from '../../support/claims';
import type { ManagedPolicyProperties } from '../../support/identities';
import { identitiesOf, identityOf, may } from '../../support/identities';
import type { Landscape } from '../../support/landscape';
import { list } from '../../support/policy';

interface LambdaFunction {
  readonly Role: string;
}

const POLICY = 'AWS::IAM::ManagedPolicy';

function administrations(land: Landscape) {
  return land.of<LambdaFunction>('AWS::Lambda::Function').filter(({ logicalId }) => logicalId.startsWith('AdministrationAdminister'));
}

/** The rotation of data keys may be asked for before it is due; sessions are ended by the workflows that contain a user. */
function callersOf(logicalId: string): readonly string[] {
  if (logicalId.startsWith('KeyRotation')) return ['StaffBreakGlass'];
  const workflows = ['ContainQuarantineUser', 'ContainSignOutUser', 'RestoreQuarantineUser'];
  return logicalId.startsWith('SessionRevoker') ? workflows.map((workflow) => `Containment${workflow}ExecutionRole`) : [];
}

/** Whoever invokes it names administrators: two people in two roles, because the operator makes the users. */
const onlyBreakGlassInvokes: Claim = (land) =>
  judge('administration functions', administrations(land), (administer) => {
    const others = land.of('AWS::Lambda::Function').filter(({ name }) => name !== administer.name);
    const who = (resource: string) =>
      identitiesOf(land)
        .filter((identity) => may(land, identity, { action: 'lambda:InvokeFunction', resource }))
        .map(({ role }) => role.logicalId.replace(/[0-9A-F]{8}$/, ''))
        .sort();
    return [
      unlike('who invokes it', who(land.arnOf(administer)), ['StaffBreakGlass']),
      ...others.map((other) => unlike(`who invokes ${other.name}`, who(land.arnOf(other)), callersOf(other.logicalId))),
      land
        .of<{ FunctionName: string }>('AWS::Lambda::Permission')
        .some(({ properties }) => land.at(properties.FunctionName)?.name === administer.name) && 'is open to a service',
    ];
  });

const holdsNoKey: Claim = (land) =>
  judge('administration functions', administrations(land), ({ properties }) => {
    const { statements } = identityOf(land, properties.Role);
    const logs = land.arnOf(land.one('AWS::KMS::Key', 'KeysLogs'));
    const keys = statements.filter(({ Action }) => list(Action).some((action) => action.startsWith('kms:')));
    return [
      ...keys.flatMap(({ Resource }) => list(Resource)).map((resource) => resource !== logs && `may use ${resource}`),
      statements.some(({ Action }) => list(Action).some((action) => /^(s3|secretsmanager|ssm):/.test(action))) &&
        'reaches a store beside the database',
    ];
  });

describe('the administration function', () => {
  holds(
    'is invoked by break-glass, and by nobody else on staff or in AWS; staff invoke no other function but the key rotation, workflows none but the revoker of sessions',
    onlyBreakGlassInvokes,
  );
  holds('reads its own environment, and no store but the database', holdsNoKey);

  notices(
    'an operator who could name administrators',
    onlyBreakGlassInvokes,
    (draft) => {
      draft.edit<ManagedPolicyProperties>(POLICY, 'StaffOperator', ({ PolicyDocument }) =>
        PolicyDocument.Statement.push({ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: '*' }),
      );
    },
    /^Data\/AdministrationAdministerFunction\w+: who invokes it is \["StaffBreakGlass","StaffOperator"\]/,
  );
  notices(
    'break-glass that could call the API past its load balancer',
    onlyBreakGlassInvokes,
    (draft) =>
      draft.edit<ManagedPolicyProperties>(POLICY, 'StaffBreakGlass', ({ PolicyDocument }) => {
        for (const statement of PolicyDocument.Statement.filter(({ Sid }) => Sid === 'AdministerDatabase')) statement.Resource = '*';
      }),
    /who invokes Api\/RecordsApiFunction\w+ is \["StaffBreakGlass"\]/,
  );
  notices(
    'an administration that decrypts records',
    holdsNoKey,
    (draft) =>
      draft.edit<ManagedPolicyProperties>(POLICY, 'AdministrationAdministerExecution', ({ PolicyDocument }) =>
        PolicyDocument.Statement.push({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' }),
      ),
    /may use \*/,
  );
});
