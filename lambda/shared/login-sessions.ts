import { iamPassword, parsePort } from './database';
import { readEnvironment } from './environment';
import { instanceSessions, type WithSession } from './instance-session';

/** Where the instance is, as every function is told that connects to it past the proxy. */
export interface InstanceEnvironment {
  readonly DATABASE_HOST: string;
  readonly DATABASE_PORT: string;
  readonly DATABASE_NAME: string;
}

/** Sessions of one login of the instance, each opened with a token of IAM: 164.312(d). */
export function loginSessions(user: string, { DATABASE_HOST: host, DATABASE_PORT, DATABASE_NAME: database }: InstanceEnvironment): WithSession {
  // Set by Lambda itself, so it is no part of a function's contract.
  const { AWS_REGION: region } = readEnvironment(['AWS_REGION']);
  const address = { host, port: parsePort(DATABASE_PORT), database, user };
  return instanceSessions(address, iamPassword(address, region));
}
