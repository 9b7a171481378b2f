import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { flagAt, textAt, textsAt } from '../../model/read';
import { identityOf, may } from '../../policy/identities';

/** The role that CDK makes for a proxy has no permissions: it deploys, and every login fails. */
export const proxiesCanLogIn: Check = {
  id: 'deploy/proxies-can-log-in',
  claim: 'every proxy that logs in by IAM has a role that may, at every database behind it, and those take IAM tokens',
  citations: ['164.312(d)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::RDS::DBProxy'], '164.312(d)', (proxy) =>
      textAt(proxy, 'DefaultAuthScheme') === 'IAM_AUTH' ? faultsOf(environment, proxy) : [],
    ),
};

function faultsOf(environment: EnvironmentModel, proxy: Resource): readonly Fault[] {
  const role = identityOf(environment, textAt(proxy, 'RoleArn'));
  const targets = environment
    .of('AWS::RDS::DBProxyTargetGroup')
    .filter((group) => environment.at(textAt(group, 'DBProxyName'), proxy.type) === proxy);
  const databases = targets.flatMap((group) => [
    ...textsAt(group, 'DBInstanceIdentifiers').map((name) => environment.at(name, 'AWS::RDS::DBInstance')),
    ...textsAt(group, 'DBClusterIdentifiers').map((name) => environment.at(name, 'AWS::RDS::DBCluster')),
  ]);
  if (!role) return [{ property: 'RoleArn', value: textAt(proxy, 'RoleArn'), expected: 'a role of these templates' }];
  if (databases.length === 0) return [{ property: 'DBProxyTargetGroup', value: undefined, expected: 'a database behind the proxy' }];
  return databases.flatMap((database): Fault[] => {
    if (!database) return [{ property: 'DBProxyTargetGroup', value: undefined, expected: 'databases of these templates' }];
    return [
      ...(mayConnect(environment, proxy, role, database)
        ? []
        : [
            {
              property: 'RoleArn',
              value: `${role.role.logicalId} may not rds-db:connect to ${database.logicalId}`,
              expected: 'a role that may',
            },
          ]),
      ...(flagAt(database, 'EnableIAMDatabaseAuthentication') === true
        ? []
        : [
            {
              property: 'DBProxyTargetGroup',
              value: `${database.logicalId} takes no IAM tokens`,
              expected: 'EnableIAMDatabaseAuthentication',
            },
          ]),
    ];
  });
}

/** As whichever user a statement names: which one the functions log in as, is theirs to know. */
function mayConnect(
  environment: EnvironmentModel,
  { region }: Resource,
  role: NonNullable<ReturnType<typeof identityOf>>,
  database: Resource,
): boolean {
  const users = role.statements.flatMap(({ resources }) => resources).map((arn) => /\/([^/]+)$/.exec(arn)?.[1] ?? 'somebody');
  const attribute = database.type === 'AWS::RDS::DBCluster' ? 'DBClusterResourceId' : 'DbiResourceId';
  const arn = `arn:aws:rds-db:${region}:${environment.place.account}:dbuser:\${${database.name.replace('/', '.')}.${attribute}}`;
  return users.some((user) => may(environment, role, { action: 'rds-db:connect', resource: `${arn}/${user.replaceAll('*', 'somebody')}` }));
}
