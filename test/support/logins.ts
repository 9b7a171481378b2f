import type { Landscape } from './landscape';

/** What `rds-db:connect` names: the resource id of an instance or a proxy, and a database user. */
export function login(land: Landscape, resourceId: string, user: string): { action: string; resource: string } {
  return { action: 'rds-db:connect', resource: `arn:aws:rds-db:${land.config.region}:${land.account}:dbuser:${resourceId}/${user}` };
}

/** Resource id of the one database instance. */
export function instanceId(land: Landscape): string {
  return `\${${land.one('AWS::RDS::DBInstance').name.replace('/', '.')}.DbiResourceId}`;
}

/** Resource id of the one proxy. */
export function proxyId(land: Landscape): string {
  return `prx-\${${land.one('AWS::RDS::DBProxy').name.replace('/', '.')}}`;
}
