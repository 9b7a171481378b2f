import { ADMINISTER_DATABASE_USER } from '../../../lambda/administer/contract';
import { AUDIT_EXPORTER_DATABASE_USER } from '../../../lambda/audit-exporter/contract';
import { AUDIT_SIGNALS_DATABASE_USER } from '../../../lambda/audit-signals/contract';
import { KEY_ROTATION_DATABASE_USER } from '../../../lambda/key-rotation/contract';
import { RECORDS_DATABASE_NAME, RECORDS_DATABASE_USER } from '../../../lambda/records/contract';
import type { Claim } from '../../support/claims';
import { holds, judge, notices, unlike } from '../../support/claims';
import type { ManagedPolicyProperties } from '../../support/identities';
import { identityOf, may } from '../../support/identities';
import { instanceId, login, proxyId } from '../../support/logins';

interface LambdaFunction {
  readonly Environment: { readonly Variables: Readonly<Record<string, string>> };
  readonly Role: string;
}

const FUNCTION = 'AWS::Lambda::Function';
const POLICY = 'AWS::IAM::ManagedPolicy';

/** Functions that log in to the instance past the proxy, with the login of each. */
const LOGINS: Readonly<Record<string, string>> = {
  AdministrationAdminister: ADMINISTER_DATABASE_USER,
  AuditExporterFunction: AUDIT_EXPORTER_DATABASE_USER,
  KeyRotationRotate: KEY_ROTATION_DATABASE_USER,
  SignalsCount: AUDIT_SIGNALS_DATABASE_USER,
};
const EVERY_USER = [...Object.values(LOGINS), RECORDS_DATABASE_USER, 'records_master', 'postgres', '*'];

const everyLoginIsItsOwn: Claim = (land) =>
  Object.entries(LOGINS).flatMap(([prefix, user]) =>
    judge(
      `function ${prefix}`,
      land.of<LambdaFunction>(FUNCTION).filter(({ logicalId }) => logicalId.startsWith(prefix)),
      ({ properties }) => {
        const logsIn = (resourceId: string, as: string) => may(land, identityOf(land, properties.Role), login(land, resourceId, as));
        return [
          unlike(
            'who it may log in as',
            EVERY_USER.filter((each) => logsIn(instanceId(land), each)),
            [user],
          ),
          logsIn('db-SOMEOTHERINSTANCE', user) && 'may log in elsewhere',
          logsIn(proxyId(land), user) && 'may log in through the proxy, which its locks would pin',
        ];
      },
    ),
  );

const theyConnectToTheInstance: Claim = (land) =>
  Object.keys(LOGINS).flatMap((prefix) =>
    judge(
      `function ${prefix}`,
      land.of<LambdaFunction>(FUNCTION).filter(({ logicalId }) => logicalId.startsWith(prefix)),
      ({ properties }) => {
        const { DATABASE_HOST: host, DATABASE_NAME: name, DATABASE_PORT: port } = properties.Environment.Variables;
        return [
          unlike('host', host, `\${${land.one('AWS::RDS::DBInstance').name.replace('/', '.')}.Endpoint.Address}`),
          unlike('database', name, RECORDS_DATABASE_NAME),
          unlike('port', port, '5432'),
        ];
      },
    ),
  );

/** They never read the master login: a token is all they have. */
const noneReadsASecret: Claim = (land) =>
  Object.keys(LOGINS).flatMap((prefix) =>
    judge(
      `function ${prefix}`,
      land.of<LambdaFunction>(FUNCTION).filter(({ logicalId }) => logicalId.startsWith(prefix)),
      ({ properties }) => [
        identityOf(land, properties.Role).statements.some(({ Action }) => JSON.stringify(Action).includes('secretsmanager:')) &&
          'may read a secret',
      ],
    ),
  );

describe('each function with a login of its own', () => {
  holds('logs in as that user, at the instance, and as no other anywhere', everyLoginIsItsOwn);
  holds('is told where the instance is', theyConnectToTheInstance);
  holds('reads no secret', noneReadsASecret);

  notices(
    'an exporter that could change who may do what',
    everyLoginIsItsOwn,
    (draft) =>
      draft.edit<ManagedPolicyProperties>(POLICY, 'AuditExporterExecution', ({ PolicyDocument }) => {
        for (const statement of PolicyDocument.Statement.filter(({ Action }) => Action === 'rds-db:connect')) statement.Resource = '*';
      }),
    /^Api\/AuditExporterFunction\w+: who it may log in as is \["migrator","audit_exporter",/,
  );
  notices(
    'a rotation without a login',
    everyLoginIsItsOwn,
    (draft) =>
      draft.edit<ManagedPolicyProperties>(POLICY, 'KeyRotationRotateExecution', ({ PolicyDocument }) => {
        PolicyDocument.Statement = PolicyDocument.Statement.filter(({ Action }) => Action !== 'rds-db:connect');
      }),
    /^Data\/KeyRotationRotateFunction\w+: who it may log in as is \[\]/,
  );
  notices(
    'a function that connects to the proxy instead',
    theyConnectToTheInstance,
    (draft) => draft.set(FUNCTION, 'KeyRotationRotate', ['Environment', 'Variables', 'DATABASE_HOST'], 'proxy.example.com'),
    /^Data\/KeyRotationRotateFunction\w+: host is "proxy\.example\.com"/,
  );
  notices(
    'a function that reads the master login',
    noneReadsASecret,
    (draft) =>
      draft.edit<ManagedPolicyProperties>(POLICY, 'AdministrationAdministerExecution', ({ PolicyDocument }) =>
        PolicyDocument.Statement.push({ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' }),
      ),
    /^Data\/AdministrationAdministerFunction\w+: may read a secret/,
  );
});
