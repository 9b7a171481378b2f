import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IDatabaseInstance } from 'aws-cdk-lib/aws-rds';
import type { Construct } from 'constructs';
import { RECORDS_DATABASE_NAME } from '../../lambda/records/contract';
import { DATABASE_PORT } from '../network/client-groups';
import { APPLICATION_SUBNETS } from '../network/subnets';
import type { SecureFunctionProps } from '../shared/secure-function';
import { SecureFunction } from '../shared/secure-function';

/** The variables by which a function finds its database. */
export type DatabaseAddress = Readonly<Record<'DATABASE_HOST' | 'DATABASE_PORT' | 'DATABASE_NAME', string>>;

/** The variables of a contract without those of {@link DatabaseAddress}. */
export type BesideAddress<Contract extends DatabaseAddress> = Omit<Contract, keyof DatabaseAddress>;

/** Where the records database is reached: at itself, or at the proxy in front of it. */
export function databaseAddress(host: string): DatabaseAddress {
  return { DATABASE_HOST: host, DATABASE_PORT: String(DATABASE_PORT), DATABASE_NAME: RECORDS_DATABASE_NAME };
}

/** A function that reaches the instance. */
export interface DatabaseFunctionProps extends Omit<SecureFunctionProps, 'environment' | 'network'> {
  readonly vpc: IVpc;
  /** Its own, with a way to the database. */
  readonly securityGroup: ISecurityGroup;
  readonly database: IDatabaseInstance;
  /** The one login that it may use, by a token of its role. @default none: it has another way in */
  readonly login?: string;
  /** What the contract names besides the address. @default nothing */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * A function in the application subnets that is told where the database is, and may log in to it as one user. 164.312(a)(1), (d).
 *
 * A kind of {@link SecureFunction} and not a construct around one: the functions would all be replaced under new logical ids.
 */
export class DatabaseFunction extends SecureFunction {
  constructor(scope: Construct, id: string, props: DatabaseFunctionProps) {
    super(scope, id, toldOf(props));
    if (props.login !== undefined) props.database.grantConnect(this.policy, props.login);
  }
}

function toldOf(props: DatabaseFunctionProps): SecureFunctionProps {
  const { vpc, securityGroup, database, environment } = props;
  return {
    ...props,
    environment: { ...databaseAddress(database.dbInstanceEndpointAddress), ...environment },
    network: { vpc, subnets: APPLICATION_SUBNETS, securityGroup },
  };
}
